// The support code of each situation without a card. They are stable; docs/support-codes.md lists them, and the staff's
// page about a person shows the same one (ui/admin/app-texts.ts).
export const situationCodes = {
  photo_missing: "LB-PHOTO-530",
  photo_rejected: "LB-PHOTO-531",
  photo_returned: "LB-PHOTO-532",
  photo_reset: "LB-PHOTO-533",
  photo_in_review: "LB-PHOTO-534",
  not_in_records: "LB-CARD-630",
  record_incomplete: "LB-CARD-631",
  school_not_enabled: "LB-CARD-632",
  not_started: "LB-CARD-633",
  ended: "LB-CARD-634",
  interrupted: "LB-CARD-635",
  guest: "LB-CARD-636",
  category_not_covered: "LB-CARD-637",
  contract_type_unknown: "LB-CARD-638",
  blocked_until: "LB-CARD-640",
  blocked: "LB-CARD-641",
} as const;

export type SituationName = keyof typeof situationCodes;
