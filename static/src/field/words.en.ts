import type { zh } from './words.zh'

export const en: Record<keyof typeof zh, string> = {
  back: 'Back', close: 'Close', done: 'Done', yes: 'Yes', no: 'No', tabs: 'Main',
  'tab.today': 'Today', 'tab.visits': 'Visits', 'tab.me': 'Me',

  'sign_in.title': 'Field survey', 'sign_in.under': 'Works without a network once signed in.', 'sign_in.again': 'The session has ended. All is kept here; give the password to go on uploading.',
  'sign_in.name': 'Sign-in name', 'sign_in.password': 'Password', 'sign_in.show': 'Show', 'sign_in.hide': 'Hide', 'sign_in.enter': 'Sign in', 'sign_in.busy': 'Signing in…',
  'sign_in.unreachable': 'The server cannot be reached. The first sign-in needs a network; try again where there is a signal.', 'sign_in.promise': 'Photos and records are kept encrypted on this phone until the server has signed for them.',

  'browser.corner': 'Tap ··· up here', 'browser.inside_chat.title': 'Open in a browser', 'browser.inside_chat.why': 'A page inside a chat app keeps its own copy of the data, which cannot be found again. Use the phone’s browser so that no record is lost.',
  'browser.step_1': 'Tap ··· in the upper corner', 'browser.step_2': 'Choose “Open in browser”',
  'browser.insecure.title': 'A secure address is needed', 'browser.insecure.why': 'Camera, position and offline work need an https address. Ask an administrator for it.',
  'browser.too_old.title': 'This browser is too old', 'browser.too_old.why': 'It cannot keep photos safely. Update it, or use the phone’s own newer browser.',

  'pill.opens': ', opens the outbox', 'pill.password': 'Sign in again', 'pill.person': 'Needs you: {people}', 'pill.offline': 'Offline',
  'pill.offline.long': 'Offline · {files} to send', 'pill.offline.short': 'Offline · {files}', 'pill.sending': 'Sending {done}/{total}',
  'pill.open.long': '{files} files to send', 'pill.open.short': '{files} to send', 'pill.drafts.long': 'Not handed in: {drafts}', 'pill.drafts.short': 'Kept here',
  'pill.saved.long': 'All saved', 'pill.saved.short': 'All saved', 'pill.idle': 'In sync',

  'today.refresh': 'Refresh', 'today.loading': 'Refreshing…', 'today.empty': 'Nothing to do today', 'today.empty_why': 'New tasks show up here. Press Refresh when there is a network.',
  'today.re_shoot': 'Re-shoots', 'today.re_inspection': 'Re-inspections', 'today.monthly_check': 'This month', 'today.accident_survey': 'Accident surveys', 'today.days_left': 'Days left: {days}',
  'hero.begin': 'Begin', 'hero.go_on': 'Go on', 'hero.re_shoot': 'Take it again', 'hero.begun': 'Begun', 'hero.due': 'Due', 'hero.units': '{units} registered units',
  'hero.no_site': 'site position unset', 'hero.navigate': 'Navigate',
  'task.of_month': '{name} check', 'task.monthly_check': 'Monthly check', 'task.re_shoot': 'Re-shoot', 'task.re_inspection': 'Re-inspection', 'task.accident_survey': 'Accident survey',
  'due.today': 'today {time}', 'due.tomorrow': 'tomorrow {time}', 'due.late': '{days} days late', 'due.just_late': 'past due',
  'reason.reused': 'Used before', 'reason.wrong_place': 'Wrong place', 'reason.wrong_time': 'Wrong time', 'reason.unclear': 'Unclear', 'reason.wrong_object': 'Wrong object', 'reason.incomplete': 'Incomplete', 'reason.other': 'Other reason',

  'visits.empty': 'No visits yet', 'visits.empty_why': 'Begin the first one from Today.', 'visits.draft': 'Under way', 'visits.queued': 'Handed in, to be sent', 'visits.done': 'Saved', 'visits.answered': '{n} answered',
  'visit.take_over': 'Go on here', 'visit.retry': 'Try again',

  'check.strip': 'Categories; the ring shows what is unanswered', 'check.ring_done': 'complete', 'check.ring_away': 'undeclared', 'check.ring_left': '{n} unanswered', 'check.whole_site': 'Whole site', 'check.by_zone': 'By zone', 'check.by_category': 'By category',
  'check.undo': 'Take back the last answer', 'check.next': 'Next · {n} left', 'check.finish': 'Finish', 'check.finish_missing': '{n} missing · finish', 'check.nothing_here': 'Nothing to check: {place}',
  'check.rest': 'Pass the other {n} of this group', 'check.rest_waits': 'Photograph “{item}” first, then pass the rest at one tap', 'check.drawn': 'Drawn', 'check.basis': 'Standards', 'check.readings': 'Readings', 'check.not_inspected': 'Could not inspect', 'check.answer': 'Answer',
  'check.change': 'Change: {item}', 'check.photos': '{n} photos', 'check.why_not_inspected': 'Why could it not be inspected', 'check.words': 'Words', 'check.words_needed': 'Say why', 'check.words_if': 'More words (optional)', 'check.follow_up': 'This does not count as covered; a follow-up task is made.',
  'answer.pass': 'Pass', 'answer.fail': 'Fail', 'answer.not_applicable': 'N/A', 'answer.not_inspected': 'Not inspected',
  'basis.standards': 'Basis', 'basis.major': 'Major hazard standard', 'basis.fix': 'What to do', 'basis.unverified': 'Clause numbers await a safety engineer',
  'shots.title': 'Photos', 'shots.count': '{n} taken', 'shots.count_more': '{n} taken, {m} to go', 'shots.optional': 'optional', 'shots.take': '{shot}', 'shots.more': 'One more', 'shots.look': 'Look: {shot}', 'shots.imported': 'Imported', 'shots.personal': 'personal data',
  'shots.remove': 'Remove', 'shots.again': 'Take again', 'shots.no_picture': 'This phone cannot show the file; it is kept.',
  'shot.far': 'Wide view', 'shot.near': 'Close-up', 'shot.doc': 'Document', 'shot.meter': 'Reading', 'shot.video': 'Video', 'shot.why': 'Reason', 'shot.before': 'Before', 'shot.after': 'After', 'shot.absence': 'Proof of absence', 'shot.refusal': 'Refusal scene',
  'capture.live': 'taken live', 'capture.imported': 'imported',
  'readings.title': 'Readings', 'judged.satisfied': 'Within the limit', 'judged.violated': 'Outside the limit: should fail', 'judged.person': 'You decide', 'judged.applies': 'Large enough: applies', 'judged.does_not_apply': 'Below the size: does not apply', 'judged.unreadable': 'Not a number', 'judged.row_missing': 'Choose a row below', 'judged.person_pass': 'Complies', 'judged.person_fail': 'Does not',
  'finding.words': 'What is wrong', 'finding.words_hint': 'More words; the keyboard’s dictation works', 'finding.place': 'Place', 'finding.place_hint': 'Floor, axis or member', 'finding.fixed': 'Fixed on site', 'finding.fixed_why': 'One photo before and one after; it still counts as found.',
  'finding.deadline': 'Deadline', 'finding.stop_first': 'Suspected major: stop using it first', 'finding.until': 'Deadline', 'finding.until_at': 'by {at}', 'finding.due': '{when}', 'finding.no_deadline': 'no deadline',
  'major.title': 'Major', 'major.suspected': 'Suspected major', 'major.yes': 'Recorded as suspected major, in force on site at once; the reviewer confirms it.', 'major.no': 'Recorded as a general hazard.', 'major.draft': 'Condition drawn from the item; a safety engineer is to confirm it.',
  'absent.offer': '{category}: not on site today?', 'absent.title': '{category}: not on site', 'absent.why': 'Nothing of this kind is registered. Choose a reason and take a photo; if it is here, ask the dispatcher to register it.', 'absent.why_registered': 'This kind is registered. If it is truly gone, choose a reason and take a photo.', 'absent.reason': 'Reason', 'absent.photo': 'Photo', 'absent.take_back': 'Take back and check it',

  'camera.starting': 'Opening the camera…', 'camera.refused': 'The camera is not allowed. Allow it in the browser, or use the buttons below.', 'camera.none': 'This browser cannot open the camera; use the buttons below.', 'camera.accuracy': 'Position ±{m} m', 'camera.no_fix': 'no position',
  'camera.position_off': 'No position', 'camera.position_waiting': 'Finding position…', 'camera.position_ready': 'Position found', 'camera.position_refused': 'Position not allowed', 'camera.position_unavailable': 'No position signal',
  'camera.shoot': 'Take photo', 'camera.film': 'Start filming', 'camera.stop': 'Stop filming', 'camera.filming': 'Filming', 'camera.look': 'Look at the last of {n}', 'camera.system': 'Use the system camera', 'camera.import': 'Import',

  'finish.title': 'Finish', 'finish.missing': 'Still missing', 'finish.nothing_missing': 'All is checked and photographed.', 'finish.places': '{n}', 'finish.unanswered': '{category}: {n} unanswered', 'finish.all': 'All {n}', 'finish.fewer': 'Fewer', 'finish.summary': 'This visit', 'finish.photos': 'Photos', 'finish.findings': 'Findings', 'finish.no_findings': 'No hazard found.',
  'finish.submit': 'Hand in', 'finish.submit_missing': 'Hand in ({n} missing)', 'finish.submit_anyway': 'Hand in anyway', 'finish.sure': '{n} things are missing. It cannot be changed afterwards; what is missing is recorded and seen by the supervisor.', 'finish.busy': 'Sealing…',
  'signing.title': 'Site representative', 'signing.signed': 'Signs', 'signing.refused': 'Refuses', 'signing.absent': 'Nobody', 'signing.name': 'Name', 'signing.role': 'Position', 'signing.role_hint': 'Project manager, safety officer…', 'signing.sign': 'Sign', 'signing.again': 'Sign again', 'signing.image': 'Signature', 'signing.at': 'signed {at}',
  'signing.reason': 'Reason', 'signing.scene': 'Scene', 'signing.over': '{n} findings were shown', 'signing.here': 'Sign here; you may turn the phone', 'signing.clear': 'Clear',
  'signing.unsigned': 'Nobody has signed for the site; give the reason if they refuse or are absent', 'signing.scene_missing': 'Not signed: a photo of the scene is still missing',
  're_shoot.rejected': 'Rejected photo', 're_shoot.why': 'Why it was rejected', 're_shoot.one': '1 to take', 're_shoot.own_time': 'A re-shoot proves only its own time and never replaces the original.',

  'outbox.title': 'Outbox', 'outbox.files_saved': 'files signed for by the server', 'outbox.records': '{n} records to send', 'outbox.offline': 'No network. All is kept here and goes out when there is a signal.', 'outbox.next': 'tries again at {time}', 'outbox.all_saved': '{n}/{n} saved, the phone may be handed back', 'outbox.all_sent': 'All that was handed in is saved', 'outbox.nothing': 'Nothing to send.', 'outbox.unfinished': 'Not handed in, only on this phone: {n}.',
  'outbox.password': 'The session has ended; give the password to go on.', 'outbox.sign_in': 'Give password', 'outbox.sending': 'Sending…', 'outbox.try_now': 'Try now', 'outbox.of': 'Files {done}/{all}', 'outbox.receipt': 'receipt {at}', 'outbox.promise': 'Originals leave this phone only after the server’s signed receipt was checked.',
  'file.waiting': 'waiting', 'file.sending': 'sending', 'file.checking': 'server is checking', 'file.stored': 'saved', 'file.refused': 'needs you',
  'record.waiting': 'record waits', 'record.sending': 'record on its way', 'record.accepted': 'record received', 'record.revision': 'revision received', 'record.quarantined': 'under review', 'record.done': 'all saved',

  'me.new_version': 'New version', 'me.new_version_why': 'A new version is here. It waits until no visit is open and nothing is being sent.', 'me.update': 'Update now', 'me.wait_draft': 'A visit is open; finish it first.', 'me.wait_upload': 'Uploading; update afterwards.',
  'me.phone': 'This phone', 'me.kept': 'Used', 'me.room': 'Free', 'me.persist': 'Safe from clean-ups', 'me.persist_yes': 'The browser promised to keep the data', 'me.persist_no': 'The browser may clear data unused for long; installing helps', 'me.yes': 'promised', 'me.not_yet': 'not yet', 'me.device': 'Device',
  'me.language': 'Language', 'me.scheme': 'Appearance', 'me.scheme_auto': 'Auto', 'me.scheme_light': 'Light', 'me.scheme_dark': 'Dark', 'me.sign_out': 'Sign out',
  'role.surveyor': 'Surveyor', 'role.dispatcher': 'Dispatcher', 'role.supervisor': 'Supervisor', 'role.reviewer': 'Reviewer', 'role.officer': 'Officer', 'role.administrator': 'Administrator',
  'install.title': 'Install', 'install.why': 'Opens like an app, and its data is safer.', 'install.apple_1': 'Tap Safari’s share button', 'install.apple_2': 'Choose “Add to Home Screen”', 'install.android_1': 'Tap the browser menu ⋮', 'install.android_2': 'Choose “Install app” or “Add to Home screen”', 'install.last': 'Open it from the icon from then on. On an iPhone the two do not share data: finish sending first.',

  'begin.offer': 'New', 'begin.title': 'New record', 'begin.kind': 'What', 'begin.project': 'On which project', 'begin.scheme': 'Scheme', 'begin.find': 'Find by name', 'begin.start': 'Begin', 'begin.none': 'No forms on this phone yet. Open Today once with a network.', 'begin.more': '{n} more; type a name to find them',
  'scheme.construction_liability': 'Construction liability', 'scheme.work_injury_performance': 'Work injury',
  'hero.fill_in': 'Begin', 'task.medical_check': 'Medical check', 'task.training': 'Training', 'task.publicity': 'Publicity', 'task.drill': 'Emergency drill', 'task.risk_assessment': 'Risk assessment', 'task.spot_inspection': 'Spot inspection', 'task.blocked_access': 'No access or work stopped',
  'today.medical_check': 'Medical checks', 'today.training': 'Training', 'today.publicity': 'Publicity', 'today.drill': 'Drills', 'today.risk_assessment': 'Risk assessments', 'today.spot_inspection': 'Spot inspections', 'today.blocked_access': 'No access',
  'form.progress': '{n} of {all}', 'form.lacks': '{n} missing', 'form.whole': 'Complete', 'form.add': 'Add: {name}', 'form.row': '{name} {n}', 'form.remove': 'Remove {name} {n}', 'form.remove_sure': 'Remove this entry? Photos taken stay in the record.', 'form.keep': 'Keep', 'form.next': 'Next: {name}', 'form.finish': 'Finish', 'form.finish_missing': '{n} missing · finish',
  'form.required': 'Needed', 'form.now': 'Now', 'form.unit': 'In {unit}', 'form.computed': 'Worked out', 'form.unknown': 'Known once the rest is filled in', 'form.sensitive': 'Sensitive', 'form.personal': 'Personal', 'form.position': 'Record where I am', 'form.position_at': '±{m} m · {at}', 'form.position_again': 'Record again', 'form.no_position': 'No position yet; wait in the open',
  'form.shots_more': '{n} taken, {m} to go', 'form.unavailable': 'Not obtainable', 'form.unavailable_why': 'Why not', 'form.take_back': 'Take back, photograph it', 'form.signers_more': '{n} to go', 'form.sign': 'Sign: {name}', 'form.signer': 'Name of the signer', 'form.remove_signer': 'Remove the signature of {name}', 'form.witness': 'Second witness', 'form.over': 'Signing: {name}',
  'form.notes': 'Will be said with the record', 'form.nothing_missing': 'Everything asked for is there.',
}
