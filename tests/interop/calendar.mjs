// Reads a calendar by npm's ical.js, the reader of Thunderbird. See README.md.

import { text } from 'node:stream/consumers';
import ICAL from 'ical.js';

// RFC 7986 §5.1, which ical.js does not know yet: a text, so it is unescaped.
ICAL.design.icalendar.property.name = { defaultType: 'text' };

const root = new ICAL.Component(ICAL.parse(await text(process.stdin)));
const events = root.getAllSubcomponents('vevent').map((component) => {
  const event = new ICAL.Event(component);
  const alarms = component.getAllSubcomponents('valarm');
  const trigger = alarms[0].getFirstPropertyValue('trigger');
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    url: component.getFirstPropertyValue('url'),
    all_day: event.startDate.isDate && event.endDate.isDate,
    from: event.startDate.toString(),
    to: event.endDate.toString(),
    stamp: component.getFirstPropertyValue('dtstamp').toString(),
    alarms: alarms.map((alarm) => [alarm.getFirstPropertyValue('action'), alarm.getFirstPropertyValue('description')]),
    // Seconds from the first moment of the first day.
    rings_after: trigger.toSeconds(),
  };
});
const property = (name) => root.getFirstPropertyValue(name);
process.stdout.write(JSON.stringify({ version: property('version'), producer: property('prodid'), name: property('name'), events }));
