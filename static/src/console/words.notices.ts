import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'call.title': '收到确认', 'call.waiting': '待确认', 'call.awaited': '无人确认', 'call.acknowledged': '已确认', 'call.over': '已结束',
    'call.step.assignee': '通知勘查员 {name}', 'call.step.partner': '未确认，呼叫 AB 岗搭档 {name}', 'call.step.dispatcher': '仍未确认，呼叫派工人 {name}',
    'call.nobody.assignee': '没有勘查员可通知', 'call.nobody.partner': '没有可呼叫的 AB 岗搭档', 'call.nobody.dispatcher': '没有可呼叫的派工人',
    'call.how.phone': '{name} 在手机上点了收到', 'call.how.started': '{name} 已开始勘查', 'call.how.desk': '{name} 登记口头确认', 'call.late': '{name} 也点了收到（{at}），任务已由他人确认或接手',
    'call.next': '{at} 前无人确认则呼叫下一人', 'call.voice': '口头确认', 'call.voice.hint': '如：电话确认，已出发', 'call.voice.do': '登记',
    'partner.title': 'AB 岗搭档', 'partner.who': '搭档', 'partner.nobody': '没有', 'partner.hint': '急件 15 分钟无人确认时呼叫，可直接接手',
    'notices.title': '通知', 'notices.none': '还没有通知', 'notices.none.words': '派给您的任务、要您处理的急件、快到的期限会出现在这里。', 'notices.urgent': '急', 'notices.to_dispatch': '去派工', 'notices.unseen': '通知，{n} 条未看',
    'channel.sms': '短信', 'channel.wecom': '企业微信', 'channel.push': '手机通知', 'outcome.trying': '发送中', 'outcome.sent': '已发出', 'outcome.refused': '被拒', 'outcome.given_up': '未发出', 'outcome.no_address': '没有号码或手机', 'outcome.dropped': '已无需发',
    'mutings.title': '短信和企业微信提醒', 'mutings.words': '不勾选的只在本页显示，不发消息。事故勘查的呼叫一律发送，不能关闭。',
    'notice.re_shoot': '补拍', 'notice.explain': '说明', 'notice.re_inspection': '复查', 'notice.task_given': '新任务', 'notice.task_to_assign': '待派人的任务', 'notice.due_soon': '快到期的任务',
  },
  en: {
    'call.title': 'Acknowledgement', 'call.waiting': 'Awaited', 'call.awaited': 'Nobody answered', 'call.acknowledged': 'Acknowledged', 'call.over': 'Over',
    'call.step.assignee': 'Told {name}, the surveyor', 'call.step.partner': 'No answer: called {name}, the partner', 'call.step.dispatcher': 'Still no answer: called {name} at the desk',
    'call.nobody.assignee': 'No surveyor to tell', 'call.nobody.partner': 'No partner to call', 'call.nobody.dispatcher': 'Nobody at the desk to call',
    'call.how.phone': '{name} acknowledged on the phone', 'call.how.started': '{name} began the survey', 'call.how.desk': '{name} wrote down a word by voice', 'call.late': '{name} acknowledged too ({at}), after somebody else',
    'call.next': 'The next one is called at {at}', 'call.voice': 'Said by voice', 'call.voice.hint': 'e.g. by telephone: on the way', 'call.voice.do': 'Write down',
    'partner.title': 'Partner', 'partner.who': 'Stands in', 'partner.nobody': 'Nobody', 'partner.hint': 'Called when an urgent task is not answered for 15 minutes, and may take it over',
    'notices.title': 'Notices', 'notices.none': 'No notices yet', 'notices.none.words': 'Tasks given to you, urgent calls and deadlines that come near appear here.', 'notices.urgent': 'Urgent', 'notices.to_dispatch': 'To dispatch', 'notices.unseen': 'Notices, {n} not seen',
    'channel.sms': 'SMS ', 'channel.wecom': 'WeCom ', 'channel.push': 'Push ', 'outcome.trying': 'on its way', 'outcome.sent': 'sent', 'outcome.refused': 'refused', 'outcome.given_up': 'not sent', 'outcome.no_address': 'no number or phone', 'outcome.dropped': 'not needed',
    'mutings.title': 'Messages by SMS and WeCom', 'mutings.words': 'What is not ticked stands on this page alone. Calls to accident surveys always go out.',
    'notice.re_shoot': 'Re-shoots', 'notice.explain': 'Explanations', 'notice.re_inspection': 'Re-inspections', 'notice.task_given': 'New tasks', 'notice.task_to_assign': 'Tasks without a surveyor', 'notice.due_soon': 'Tasks due soon',
  },
})
