import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'desk.on.sheet': '合审', 'burst.nth': '连拍 {n} 张，第 {k} 张', 'burst.title': '连拍 {n} 张', 'burst.words': '同一部手机、相隔数秒的相似照片，不作重复线索；每张单独判定。',
    'photo.document': '原件不在页面上打开', 'photo.document.pdf': 'PDF 文件', 'photo.document.words': '为防止文件中藏有程序，系统只保存、不打开。请下载原件查看后判定；下载会记入账本。',
    'photo.document.first': '尚未下载，暂不能采信', 'photo.document.read': '您已下载过原件，可以判定', 'photo.document.get': '下载原件查看', 'judge.read.first': '先下载原件查看，才能采信',
  },
  en: {
    'desk.on.sheet': 'Together', 'burst.nth': 'Burst: {k} of {n}', 'burst.title': 'Burst of {n}', 'burst.words': 'Alike, from one phone, seconds apart: no question of reuse. Each is judged by itself.',
    'photo.document': 'The original is not opened here', 'photo.document.pdf': 'PDF file', 'photo.document.words': 'A file may hide a program, so we keep it and never open it. Download the original and read it, then judge; the ledger keeps who did.',
    'photo.document.first': 'Not downloaded yet: it cannot be accepted', 'photo.document.read': 'You have had the original; you can judge', 'photo.document.get': 'Download the original', 'judge.read.first': 'download and read the original before you accept it',
  },
})
