import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'home.waiting': '等您处理', 'home.nothing': '现在没有等您处理的事。', 'home.rooms': '全部栏目',
    'home.surveys_unacknowledged': '起事故勘查待确认收到', 'home.hazards_refused': '条隐患拒不整改', 'home.hazards_overdue': '条隐患逾期未闭环', 'home.severities': '条疑似重大待复核',
    'home.tasks_unassigned': '项任务待派人', 'home.tasks_overdue': '项任务已逾期', 'home.photos': '次检查有照片待审', 'home.photos_blind': '次检查有照片待盲评',
    'home.quarantine': '份记录在隔离区', 'home.cases': '起案件已勘查、待移交', 'home.cases_to_judge': '起移交案件有材料待审', 'home.findings_unanswered': '项飞检发现逾期未答复', 'home.findings_to_answer': '项飞检发现待答复',
    'home.findings_to_record': '项飞检发现待记为事实', 'home.absences_told': '项未办事项已记入，可答复', 'home.occurrences_told': '项认定已告知，可申辩', 'home.occurrences_to_verify': '项认定待您核实', 'home.occurrences_to_tell': '项认定待告知机构',
    'home.occurrences_to_decide': '项申辩待决定', 'home.occurrences_to_end': '项认定待定案', 'home.forms': '份意见表待提交', 'home.resemblances': '对疑似重复照片待判断',
  },
  en: {
    'home.waiting': 'Waiting for you', 'home.nothing': 'Nothing waits for you now.', 'home.rooms': 'All rooms',
    'home.surveys_unacknowledged': 'accident surveys to be acknowledged', 'home.hazards_refused': 'hazards refused', 'home.hazards_overdue': 'hazards overdue', 'home.severities': 'suspected major, to decide',
    'home.tasks_unassigned': 'tasks without a surveyor', 'home.tasks_overdue': 'tasks overdue', 'home.photos': 'visits with photos to judge', 'home.photos_blind': 'visits with photos to judge blind',
    'home.quarantine': 'records in quarantine', 'home.cases': 'surveyed cases to hand over', 'home.cases_to_judge': 'cases handed over, with media to judge', 'home.findings_unanswered': 'spot findings not answered in time', 'home.findings_to_answer': 'spot findings to answer',
    'home.findings_to_record': 'spot findings to record as facts', 'home.absences_told': 'left undone, as put on record: answer', 'home.occurrences_told': 'held against you, open to appeal', 'home.occurrences_to_verify': 'occurrences to verify', 'home.occurrences_to_tell': 'occurrences to tell the insurer',
    'home.occurrences_to_decide': 'appeals to decide', 'home.occurrences_to_end': 'occurrences to finish', 'home.forms': 'opinion forms to submit', 'home.resemblances': 'pairs of photos that look alike',
  },
})
