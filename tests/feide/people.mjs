// What Feide tells of a person, in Feide's own forms (docs.feide.no: userinfo, extended userinfo, groups).

import { createHash } from 'node:crypto';
import { REALM } from '../county/personas.mjs';

/** Feide's attribute groups, and the claims of the OpenID userinfo that each gives. */
export const SCOPES = {
  openid: ['sub', 'aud'],
  userid: [],
  profile: ['name', 'picture'],
  'userinfo-name': ['name'],
  'userinfo-photo': ['picture'],
  'userid-feide': [
    'dataporten-userid_sec', 'connect-userid_sec', 'https://n.feide.no/claims/userid_sec', 'https://n.feide.no/claims/eduPersonPrincipalName',
  ],
  email: ['email', 'email_verified'],
  'userinfo-mobile': [], 'userinfo-language': [], 'userinfo-birthdate': [], 'userinfo-entitlement': [],
  'userid-nin': [], 'userid-social': [], 'groups-edu': [], 'groups-org': [], 'groups-other': [], longterm: [],
};

/** The person's lasting key at Feide: a UUID made of the login name, the same every time. */
export function subject(person) {
  const hex = createHash('sha256').update(`feide ${person.login}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function claims(person, clientId) {
  const userid = [`feide:${person.feideName}`];
  return {
    sub: subject(person),
    aud: clientId,
    'dataporten-userid_sec': userid,
    'connect-userid_sec': userid,
    'https://n.feide.no/claims/userid_sec': userid,
    'https://n.feide.no/claims/eduPersonPrincipalName': person.feideName,
    name: fullName(person),
    email: person.feideName,
    email_verified: false,
    picture: `https://api.dataporten.no/userinfo/v1/user/media/p:${subject(person)}`,
  };
}

/** The extended userinfo: attributes as the home organisation's directory has them, lists even for single values. */
export function extendedUserinfo(person, scopes) {
  const has = (...names) => names.some((name) => scopes.has(name));
  const affiliation = person.kind === 'staff' ? ['employee', 'member'] : ['student', 'member'];
  return {
    sub: subject(person),
    ...(has('profile', 'userinfo-name') && {
      cn: [fullName(person)],
      displayName: fullName(person),
      givenName: [[person.given, person.middle].filter(Boolean).join(' ')],
      sn: [person.family],
    }),
    ...(has('userid-feide') && { eduPersonPrincipalName: person.feideName, uid: [person.login] }),
    ...(has('email') && { mail: [person.feideName] }),
    ...(has('userinfo-mobile') && { mobile: [`+47${person.mobile}`] }),
    ...(has('userinfo-language') && { preferredLanguage: person.login === 'aslak' ? 'se' : 'nb' }),
    ...(has('userinfo-birthdate') && { norEduPersonBirthDate: person.birthDate.replaceAll('-', '') }),
    ...(has('userid-nin') && { norEduPersonNIN: person.nin }),
    ...(has('groups-org') && {
      eduPersonAffiliation: affiliation,
      eduPersonPrimaryAffiliation: affiliation[0],
      eduPersonScopedAffiliation: affiliation.map((value) => `${value}@${REALM}`),
    }),
  };
}

/** The groups: the county as owner, the person's school, and the class's group. */
export function groups(person, school, scopes) {
  const staff = person.kind === 'staff';
  const owner = `fc:org:${REALM}`;
  const list = [];
  if (scopes.has('groups-org')) {
    list.push({
      id: owner, type: 'fc:org', displayName: 'Fjordviken fylkeskommune', public: true, orgType: ['upper_secondary_owner'],
      membership: { basic: 'member', primaryAffiliation: staff ? 'employee' : 'student', affiliation: staff ? ['employee', 'member'] : ['student', 'member'] },
    });
    if (school) {
      list.push({
        id: `${owner}:unit:NO${school.organisationNumber}`, type: 'fc:org', displayName: school.name, public: false,
        orgType: ['upper_secondary'], parent: owner, membership: { basic: 'member', primarySchool: true },
      });
    }
  }
  if (scopes.has('groups-edu') && school && person.className) {
    const unit = `fc:gogroup:${REALM}`;
    const [begins, ends] = [`${school.year}-08-01`, `${school.year + 1}-07-31`];
    list.push({
      id: `${unit}:b:NO${school.organisationNumber}:${encodeURIComponent(person.className)}:${begins}:${ends}`, type: 'fc:gogroup',
      displayName: person.className, parent: `${unit}:unit:NO${school.organisationNumber}`, go_type: 'b', go_type_displayName: 'basisgruppe',
      notBefore: `${begins}T00:00:00Z`, notAfter: `${ends}T22:00:00Z`,
      membership: { basic: 'member', displayName: 'Elev', affiliation: 'student' },
    });
  }
  return list;
}

function fullName(person) {
  return [person.given, person.middle, person.family].filter(Boolean).join(' ');
}
