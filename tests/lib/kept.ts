// Every table that names somebody, with the rule by which it ends (ends/rule.h)
// and where the person reads it (/rights/mine), or why not.  A table that is not
// here fails ends.test: nothing is kept that nobody thought of.

export interface Kept {
  ends: string; // a rule's word, or "never: why"
  mine: string; // a section of /rights/mine, or "no: why"
}

const TEAM = "no: the team’s own work, which names accounts of the team by number";
const NUMBER = "no: a number that says nothing without the row that it names";
const CIRCLE = "no: what was stopped is shown to nobody but those who handle it";
const OTHERS = "no: would show what others did or said";

export const kept: Record<string, Kept> = {
  absence: { ends: "absences", mine: "child" },
  account: { ends: "families", mine: "account" },
  arriving: { ends: "children", mine: "no: stands on the page of the move, under “My rights”" },
  audit: { ends: "register", mine: "child" },
  authority: { ends: "children", mine: "no: stands under “My rights”, child by child" },
  calendar_feed: { ends: "channels", mine: "telling" },
  case_event: { ends: "cases", mine: "reports" },
  case_file: { ends: "cases", mine: "reports" },
  case_person: { ends: "cases", mine: "no: whom a report is about is told by a decision, never by a list" },
  case_place: { ends: "cases", mine: "no: whom a report is about is told by a decision, never by a list" },
  child: { ends: "children", mine: "child" },
  claim: { ends: "claims", mine: "requests" },
  consent_change: { ends: "consents", mine: NUMBER },
  consent_event: { ends: "consents", mine: "child" },
  consent_paper: { ends: "consents", mine: "child" },
  consent_purpose: { ends: "never: what is asked is no personal datum; who stopped it is a number of the team", mine: TEAM },
  consent_standing: { ends: "consents", mine: "no: stands under “My rights”, child by child" },
  consent_task: { ends: "consents", mine: "no: work of the team, gone when it is done" },
  document_opened: { ends: "photos", mine: "telling" },
  ends_choice: { ends: "never: durations and their reasons stay, the name goes with the account", mine: TEAM },
  enrolment: { ends: "children", mine: "child" },
  face_word: { ends: "photos", mine: TEAM },
  farewell_told: { ends: "families", mine: "no: that the farewell of a season was shown or sent, which the page itself says" },
  filing: { ends: "cases", mine: "no: a paper for an authority is told to nobody whom it is about: the law forbids it where it could harm an inquiry" },
  filing_version: { ends: "cases", mine: "no: a paper for an authority is told to nobody whom it is about: the law forbids it where it could harm an inquiry" },
  guardian: { ends: "consents", mine: "account" },
  handler: { ends: "never: who handled what was stopped and reported; the name goes with the account", mine: TEAM },
  hold_order: { ends: "never: a hold is itself on record (law 8); reason and numbers", mine: "no: a hold may not be told to whom it is about" },
  invitation: { ends: "letters", mine: "no: a code on paper, whose name stands in the account" },
  item: { ends: "days", mine: "child" },
  item_answer: { ends: "days", mine: "child" },
  item_line: { ends: "days", mine: "child" },
  leaving: { ends: "children", mine: "no: stands on the page of the move, under “My rights”" },
  list: { ends: "never: lists of known material name who proposed and enabled them", mine: TEAM },
  list_entry_off: { ends: "never: as the lists", mine: TEAM },
  list_feedback: { ends: "never: as the lists", mine: TEAM },
  list_hit: { ends: "never: material that the law knows, kept for the authorities", mine: CIRCLE },
  list_import: { ends: "never: as the lists", mine: TEAM },
  mask_request: { ends: "photos", mine: "no: acts on the picture, where it is seen" },
  medium: { ends: "photos", mine: "no: pictures come with the memory box" },
  message: { ends: "sendings", mine: "telling" },
  notice_answer: { ends: "answers", mine: "child" },
  notice_text: { ends: "notices", mine: "no: stands in the journal" },
  pattern: { ends: "patterns", mine: TEAM },
  post: { ends: "photos", mine: "no: stands in the journal" },
  post_audience: { ends: "photos", mine: "no: what was for the family stands in its journal" },
  push_device: { ends: "channels", mine: "told" },
  recovery_code: { ends: "families", mine: "no: a secret of which a digest is kept" },
  region: { ends: "photos", mine: "no: pictures come with the memory box" },
  register_entry: { ends: "withdrawn", mine: TEAM },
  report: { ends: "cases", mine: "reports" },
  safe: { ends: "safes", mine: "safe" },
  safe_entry: { ends: "safes", mine: "safe" },
  session: { ends: "sessions", mine: "devices" },
  signal: { ends: "never: what a rule of the house raised, for those who handle it", mine: CIRCLE },
  staff_group: { ends: "staff", mine: TEAM },
  statement: { ends: "cases", mine: "no: is read on its own page by whom it is about" },
  stop_event: { ends: "never: material that the law knows, kept for the authorities", mine: CIRCLE },
  stop_hold: { ends: "never: material that the law knows, kept for the authorities", mine: CIRCLE },
  stopping: { ends: "never: material that the law knows, kept for the authorities", mine: CIRCLE },
  tell: { ends: "channels", mine: "telling" },
  trace: { ends: "copies", mine: OTHERS },
  trace_event: { ends: "copies", mine: OTHERS },
  trace_score: { ends: "copies", mine: OTHERS },
  urgent: { ends: "sendings", mine: "no: stands on the first page while it counts" },
  veil: { ends: "photos", mine: TEAM },
  voice: { ends: "photos", mine: TEAM },
  voice_child: { ends: "photos", mine: "no: stands beside the video, for who may hear it" },
};
