// Made from crates/minid-guide; after a change there: UPDATE_BINDINGS=1 cargo test -p minid-guide --features bindings bindings
export type Facts = { 
/**
 * Days after which the letter is in the mailbox at the latest.
 */
post_days: number, 
/**
 * Days for which the code can be used, from the day of order.
 */
code_days: number, 
/**
 * Day by which we advise to have registered.
 */
register_by_day: number, 
/**
 * One can order from the year in which one turns so old.
 */
from_age_year: number, 
/**
 * Where the letter is ordered.
 */
order_url: string, 
/**
 * About MinID.
 */
minid_url: string, 
/**
 * MinID's app for iPhone.
 */
app_store_url: string, 
/**
 * MinID's app for Android.
 */
play_store_url: string, 
/**
 * User support, as one writes a phone number.
 */
support_phone: string, 
/**
 * User support.
 */
support_email: string, 
/**
 * Years of intake that are still to come, the next one first.
 */
intakes: Array<number>, };
export type NumberCheck = { "kind": "fnr" } | { "kind": "d_number" } | { "kind": "incomplete", 
/**
 * How many there are.
 */
digits: number, } | { "kind": "too_long" } | { "kind": "not_digits" } | { "kind": "mistyped" } | { "kind": "test_number" };
export type PlanEventKind = "ordered" | "look_in_mailbox" | "not_arrived" | "register_soon" | "last_day" | "expired";
export type PlanEvent = { 
/**
 * The day.
 */
on: string, 
/**
 * What happens.
 */
kind: PlanEventKind, };
export type PupilPhase = "waiting" | "overdue" | "register" | "hurry" | "expired" | "done";
export type PupilPlan = { 
/**
 * When the letter was ordered: day 0.
 */
ordered_on: string, 
/**
 * The letter is here by then at the latest.
 */
letter_by: string, 
/**
 * We advise to have registered by then.
 */
register_by: string, 
/**
 * The last day on which the code can be used.
 */
code_until: string, 
/**
 * How far the pupil has come.
 */
phase: PupilPhase, 
/**
 * Days until the code's last day: 0 on that day, below 0 after it.
 */
days_left: number, 
/**
 * What comes next, today included, of what still matters.
 */
next: PlanEvent | null, 
/**
 * All that happens, in order, whether it is over or no longer matters.
 */
events: Array<PlanEvent>, };
export type Deadline = "priority" | "ordinary";
export type Span = { 
/**
 * The first day.
 */
from: string, 
/**
 * The last day.
 */
until: string, };
export type ClassPlan = { 
/**
 * The year in which the pupils begin.
 */
intake: number, 
/**
 * Which deadline.
 */
deadline: Deadline, 
/**
 * The last day to apply.
 */
deadline_on: string, 
/**
 * The deadline would have been in a weekend and is the Monday after.
 */
rolled: boolean, 
/**
 * Whoever orders in these days has the letter in time and a code that lasts until the deadline.
 */
order: Span, 
/**
 * Days for the first class activity (all order), as far as they are still to come.
 */
order_activity: Span, 
/**
 * Days for the second class activity (all register), as far as they are still to come.
 */
register_activity: Span, 
/**
 * Too late to be sure of the letter. The first activity is as it should have been then, and not to be shown.
 */
too_late: boolean, };
export type ClassCounts = { 
/**
 * Pupils in the class.
 */
pupils: number, 
/**
 * Of these, so many have ordered.
 */
ordered: number, 
/**
 * Of these, so many have the letter.
 */
arrived: number, 
/**
 * Of these, so many have registered.
 */
registered: number, };
export type CountsProblem = "ordered_above_pupils" | "arrived_above_ordered" | "registered_above_arrived" | "too_many";
export type Kept = { 
/**
 * When the pupil ordered the letter.
 */
ordered_on: string | null, 
/**
 * The letter has come.
 */
arrived: boolean, 
/**
 * The pupil has registered.
 */
registered: boolean, 
/**
 * How far a teacher's class has come.
 */
counts: ClassCounts | null, };
export type Words = { 
/**
 * A few words.
 */
title: string, 
/**
 * What to do, in a sentence or two.
 */
text: string, };
export type PupilWords = { 
/**
 * The calendar's name.
 */
name: string, 
/**
 * Look in the mailbox.
 */
look_in_mailbox: Words, 
/**
 * The letter should be here; if not, whom to ask.
 */
not_arrived: Words, 
/**
 * The code's end draws near.
 */
register_soon: Words, 
/**
 * The code's last day.
 */
last_day: Words, 
/**
 * The code cannot be used any more.
 */
expired: Words, };
export type ClassWords = { 
/**
 * The calendar's name.
 */
name: string, 
/**
 * Days for the first activity: all order.
 */
order: Words, 
/**
 * The last day on which to order.
 */
order_by: Words, 
/**
 * Days for the second activity: all register.
 */
register: Words, 
/**
 * The last day to apply.
 */
deadline: Words, };
