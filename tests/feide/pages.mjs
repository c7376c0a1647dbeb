// The pages that a person sees: plain, in Norwegian, and plainly not Feide's own.

const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `
:root { color-scheme: light; font: 1.0625rem/1.5 system-ui, sans-serif; color: #1b2430; background: #eef1f4; }
body { margin: 0; }
header { background: #ffe9a8; color: #3a2c00; padding: .75rem 1rem; text-align: center; border-block-end: 3px dashed #8a6a00; }
main { box-sizing: border-box; inline-size: min(30rem, 100% - 2rem); margin: 2rem auto; padding: 1.5rem; background: #fff; border: 1px solid #c5ccd4; border-radius: .75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
.org { margin: 0 0 1.25rem; color: #44505e; }
label { display: block; font-weight: 600; margin-block: 1rem .25rem; }
input { box-sizing: border-box; inline-size: 100%; font: inherit; padding: .625rem .75rem; border: 2px solid #5a6776; border-radius: .375rem; }
input[aria-invalid] { border-color: #a1121f; }
button { inline-size: 100%; margin-block: 1.5rem .75rem; padding: .75rem; font: inherit; font-weight: 600; color: #fff; background: #3a3f8f; border: 0; border-radius: .375rem; cursor: pointer; }
button:hover { background: #2b2f70; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
a { color: #2b2f8a; }
.error { margin: 0 0 1rem; padding: .75rem 1rem; background: #fdeaec; color: #7a0c17; border-inline-start: .375rem solid #a1121f; }
details { margin-block-start: 1.5rem; border-block-start: 1px solid #c5ccd4; padding-block-start: 1rem; }
summary { cursor: pointer; font-weight: 600; }
ul { padding-inline-start: 1.25rem; }
code { font-size: 1rem; }`;

/** A whole page. Everything in it is ours: no script, no address outside the page. */
function page(title, main) {
  return `<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Feide-etterligning</title>
<style>${STYLE}</style>
</head>
<body>
<header><strong>Dette er ikke Feide.</strong> En etterligning for prøving, med oppdiktede personer.</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** The login form. `username` is what was typed before; `error` a sentence, or nothing. */
export function loginPage({ uid, service, username = '', error = '', personas }) {
  const invalid = error ? ' aria-invalid="true" aria-describedby="feil"' : '';
  const list = personas
    .map(({ login, shows }) => `<li><a href="/login/${escape(uid)}?as=${escape(login)}"><code>${escape(login)}</code></a>: ${escape(shows)}</li>`)
    .join('\n');
  return page(
    'Logg inn',
    `<h1>Logg inn for å gå til ${escape(service)}</h1>
<p class="org">Tilhørighet: <strong>Fjordviken fylkeskommune</strong></p>
${error ? `<p class="error" id="feil" role="alert">${escape(error)}</p>` : ''}
<form method="post" action="/login/${escape(uid)}">
<label for="username">Brukernavn</label>
<input id="username" name="username" value="${escape(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${invalid}${username ? '' : ' autofocus'}>
<label for="password">Passord</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${username ? ' autofocus' : ''}>
<button type="submit">Logg inn</button>
</form>
<p><a id="cancel" href="/login/${escape(uid)}/cancel">Avbryt og gå tilbake</a></p>
<details>
<summary>Prøvepersoner</summary>
<p>Alle har passordet <code>lommebevis</code>.</p>
<ul>
${list}
</ul>
</details>`,
  );
}

/** A page that says what went wrong, where there is no way back to the service. */
export function errorPage(title, text) {
  return page(title, `<h1>${escape(title)}</h1>\n<p>${escape(text)}</p>`);
}
