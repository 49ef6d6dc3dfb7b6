/** Words of playing a video. */
import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'video.play': '视频', 'video.copy': '720p 可看副本', 'video.waiting': '可看副本排队中', 'video.making': '正在生成可看副本 {n}%',
    'video.failed': '可看副本未能生成', 'video.failed.words': '封面仍可查看，原始视频可下载。', 'video.again': '再生成一次', 'video.look': '刷新进度',
    'video.broken': '视频没有载入，链接可能已过期。',
    'act.viewing_copy.insert': '安排生成可看副本', 'act.viewing_copy.update': '可看副本有结果',
  },
  en: {
    'video.play': 'Video', 'video.copy': '720p viewing copy', 'video.waiting': 'The viewing copy is waiting its turn', 'video.making': 'The viewing copy is being made: {n} %',
    'video.failed': 'The viewing copy could not be made', 'video.failed.words': 'The poster can still be looked at, and the original downloaded.', 'video.again': 'Make it again', 'video.look': 'Look again',
    'video.broken': 'The video did not load; its link may be too old.',
    'act.viewing_copy.insert': 'Viewing copy asked for', 'act.viewing_copy.update': 'Viewing copy made or failed',
  },
})
