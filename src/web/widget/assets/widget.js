// The chat widget of Svar: one script tag on any site. It lives in a closed shadow root beside the
// page, keeps what is typed, sends each message once, and stays out of the way when it cannot be
// reached. Nothing is asked of the server before somebody opens it, or has written before.
"use strict";
(() => {
  if (window.SvarChat) return;
  const script = document.currentScript;
  // Beside where this script is, should all be under a path.
  const home = new URL(".", script.src).href.replace(/\/$/, "");
  const settings = { ...script.dataset };
  const nonce = script.nonce;

  const TEXTS = {
    en: { job: "Is it done? Confirm and rate it", again: "A reminder:", ask: "Ask for a service", back: "Back to the chat", name: "Your name", email: "Email", company: "Company (optional)", url: "Its web page (optional)", service: "Service", none: "None in particular", from: "from {price}", customer: "You are", need: "What do you need?", files: "Files (optional)", post: "Send request", asked: "Thank you. Your request has arrived; a person answers it here.", refused: "This could not be taken: {reason}", survey: "How did we do?", of: "of 5", open: "Open chat", close: "Close chat", title: "Chat", write: "Write a message", send: "Send", agent: "Assistant", you: "You", helped: "Did this help?", yes: "Yes", no: "No", thanks: "Thank you.", lost: "No connection. What you write is kept and sent when it is back.", down: "We cannot be reached just now. What you write is kept.", retry: "Try again", unsent: "Not sent", sending: "Sending …", many: "That was a lot at once. It is sent in a moment.", opens: "We answer from {opens}.", here: "We are here.", over: "This conversation is closed. Write to open it again.", new: "new messages", human: "A colleague answers you.", long: "At most 10,000 characters.", attach: "Attach files", remove: "Remove {name}", large: "{name} is too large. At most {size} each.", kind: "{name} cannot be sent here.", most: "At most 10 files at once.", waiting: "A file is still being sent.", stuck: "A file was not sent. Try again or remove it.", attached: "{name} is attached.", save: "Save {name}" },
    nb: { job: "Er det ferdig? Bekreft og vurder", again: "En påminnelse:", ask: "Be om en tjeneste", back: "Tilbake til chatten", name: "Navnet ditt", email: "E-post", company: "Bedrift (valgfritt)", url: "Nettsiden (valgfritt)", service: "Tjeneste", none: "Ingen bestemt", from: "fra {price}", customer: "Du er", need: "Hva trenger du?", files: "Filer (valgfritt)", post: "Send forespørsel", asked: "Takk. Forespørselen er kommet fram; et menneske svarer på den her.", refused: "Dette kunne ikke tas imot: {reason}", survey: "Hvordan gikk det?", of: "av 5", open: "Åpne chat", close: "Lukk chat", title: "Chat", write: "Skriv en melding", send: "Send", agent: "Assistent", you: "Du", helped: "Hjalp dette?", yes: "Ja", no: "Nei", thanks: "Takk.", lost: "Ingen forbindelse. Det du skriver blir tatt vare på og sendt når den er tilbake.", down: "Vi kan ikke nås akkurat nå. Det du skriver blir tatt vare på.", retry: "Prøv igjen", unsent: "Ikke sendt", sending: "Sender …", many: "Det var mye på en gang. Det sendes om et øyeblikk.", opens: "Vi svarer fra {opens}.", here: "Vi er her.", over: "Samtalen er avsluttet. Skriv for å åpne den igjen.", new: "nye meldinger", human: "En kollega svarer deg.", long: "Høyst 10 000 tegn.", attach: "Legg ved filer", remove: "Fjern {name}", large: "{name} er for stor. Høyst {size} hver.", kind: "{name} kan ikke sendes her.", most: "Høyst 10 filer om gangen.", waiting: "En fil sendes fortsatt.", stuck: "En fil ble ikke sendt. Prøv igjen eller fjern den.", attached: "{name} er lagt ved.", save: "Lagre {name}" },
    sv: { job: "Är det klart? Bekräfta och betygsätt", again: "En påminnelse:", ask: "Be om en tjänst", back: "Tillbaka till chatten", name: "Ditt namn", email: "E-post", company: "Företag (valfritt)", url: "Webbsidan (valfritt)", service: "Tjänst", none: "Ingen särskild", from: "från {price}", customer: "Du är", need: "Vad behöver du?", files: "Filer (valfritt)", post: "Skicka förfrågan", asked: "Tack. Din förfrågan har kommit fram; en människa svarar på den här.", refused: "Detta kunde inte tas emot: {reason}", survey: "Hur gick det?", of: "av 5", open: "Öppna chatten", close: "Stäng chatten", title: "Chatt", write: "Skriv ett meddelande", send: "Skicka", agent: "Assistent", you: "Du", helped: "Hjälpte det här?", yes: "Ja", no: "Nej", thanks: "Tack.", lost: "Ingen anslutning. Det du skriver sparas och skickas när den är tillbaka.", down: "Vi kan inte nås just nu. Det du skriver sparas.", retry: "Försök igen", unsent: "Inte skickat", sending: "Skickar …", many: "Det var mycket på en gång. Det skickas om ett ögonblick.", opens: "Vi svarar från {opens}.", here: "Vi är här.", over: "Samtalet är avslutat. Skriv för att öppna det igen.", new: "nya meddelanden", human: "En kollega svarar dig.", long: "Högst 10 000 tecken.", attach: "Bifoga filer", remove: "Ta bort {name}", large: "{name} är för stor. Högst {size} var.", kind: "{name} kan inte skickas här.", most: "Högst 10 filer åt gången.", waiting: "En fil skickas fortfarande.", stuck: "En fil skickades inte. Försök igen eller ta bort den.", attached: "{name} är bifogad.", save: "Spara {name}" },
    da: { job: "Er det færdigt? Bekræft og bedøm", again: "En påmindelse:", ask: "Bed om en ydelse", back: "Tilbage til chatten", name: "Dit navn", email: "E-mail", company: "Virksomhed (valgfrit)", url: "Hjemmesiden (valgfrit)", service: "Ydelse", none: "Ingen bestemt", from: "fra {price}", customer: "Du er", need: "Hvad har du brug for?", files: "Filer (valgfrit)", post: "Send forespørgsel", asked: "Tak. Din forespørgsel er nået frem; et menneske svarer på den her.", refused: "Dette kunne ikke tages imod: {reason}", survey: "Hvordan gik det?", of: "af 5", open: "Åbn chat", close: "Luk chat", title: "Chat", write: "Skriv en besked", send: "Send", agent: "Assistent", you: "Dig", helped: "Hjalp det?", yes: "Ja", no: "Nej", thanks: "Tak.", lost: "Ingen forbindelse. Det du skriver, bliver gemt og sendt, når den er tilbage.", down: "Vi kan ikke nås lige nu. Det du skriver, bliver gemt.", retry: "Prøv igen", unsent: "Ikke sendt", sending: "Sender …", many: "Det var meget på én gang. Det sendes om et øjeblik.", opens: "Vi svarer fra {opens}.", here: "Vi er her.", over: "Samtalen er afsluttet. Skriv for at åbne den igen.", new: "nye beskeder", human: "En kollega svarer dig.", long: "Højst 10.000 tegn.", attach: "Vedhæft filer", remove: "Fjern {name}", large: "{name} er for stor. Højst {size} hver.", kind: "{name} kan ikke sendes her.", most: "Højst 10 filer ad gangen.", waiting: "En fil bliver stadig sendt.", stuck: "En fil blev ikke sendt. Prøv igen eller fjern den.", attached: "{name} er vedhæftet.", save: "Gem {name}" },
    fi: { job: "Onko se valmis? Vahvista ja arvioi", again: "Muistutus:", ask: "Pyydä palvelua", back: "Takaisin chattiin", name: "Nimesi", email: "Sähköposti", company: "Yritys (valinnainen)", url: "Sen verkkosivu (valinnainen)", service: "Palvelu", none: "Ei mikään tietty", from: "alkaen {price}", customer: "Olet", need: "Mitä tarvitset?", files: "Tiedostot (valinnainen)", post: "Lähetä pyyntö", asked: "Kiitos. Pyyntösi on saapunut; ihminen vastaa siihen tässä.", refused: "Tätä ei voitu ottaa vastaan: {reason}", survey: "Miten onnistuimme?", of: "/ 5", open: "Avaa chat", close: "Sulje chat", title: "Chat", write: "Kirjoita viesti", send: "Lähetä", agent: "Avustaja", you: "Sinä", helped: "Auttoiko tämä?", yes: "Kyllä", no: "Ei", thanks: "Kiitos.", lost: "Ei yhteyttä. Kirjoittamasi säilyy ja lähetetään, kun yhteys palaa.", down: "Meitä ei juuri nyt tavoiteta. Kirjoittamasi säilyy.", retry: "Yritä uudelleen", unsent: "Ei lähetetty", sending: "Lähetetään …", many: "Viestejä tuli paljon kerralla. Tämä lähetetään hetken kuluttua.", opens: "Vastaamme taas: {opens}.", here: "Olemme paikalla.", over: "Keskustelu on päättynyt. Kirjoita, niin se avautuu uudelleen.", new: "uutta viestiä", human: "Kollega vastaa sinulle.", long: "Enintään 10 000 merkkiä.", attach: "Liitä tiedostoja", remove: "Poista {name}", large: "{name} on liian suuri. Enintään {size} kukin.", kind: "Tiedostoa {name} ei voi lähettää tähän.", most: "Enintään 10 tiedostoa kerralla.", waiting: "Tiedostoa lähetetään vielä.", stuck: "Tiedosto jäi lähettämättä. Yritä uudelleen tai poista se.", attached: "{name} on liitetty.", save: "Tallenna {name}" },
    de: { job: "Ist es erledigt? Bestätigen und bewerten", again: "Eine Erinnerung:", ask: "Eine Leistung anfragen", back: "Zurück zum Chat", name: "Ihr Name", email: "E-Mail", company: "Firma (freiwillig)", url: "Ihre Webseite (freiwillig)", service: "Leistung", none: "Keine bestimmte", from: "ab {price}", customer: "Sie sind", need: "Was brauchen Sie?", files: "Dateien (freiwillig)", post: "Anfrage senden", asked: "Danke. Ihre Anfrage ist angekommen; ein Mensch beantwortet sie hier.", refused: "Das konnte nicht angenommen werden: {reason}", survey: "Wie waren wir?", of: "von 5", open: "Chat öffnen", close: "Chat schließen", title: "Chat", write: "Nachricht schreiben", send: "Senden", agent: "Assistent", you: "Sie", helped: "Hat das geholfen?", yes: "Ja", no: "Nein", thanks: "Danke.", lost: "Keine Verbindung. Was Sie schreiben, bleibt erhalten und wird gesendet, sobald sie wieder da ist.", down: "Wir sind gerade nicht erreichbar. Was Sie schreiben, bleibt erhalten.", retry: "Erneut versuchen", unsent: "Nicht gesendet", sending: "Wird gesendet …", many: "Das war viel auf einmal. Es wird gleich gesendet.", opens: "Wir antworten ab {opens}.", here: "Wir sind da.", over: "Dieses Gespräch ist beendet. Schreiben Sie, um es wieder zu öffnen.", new: "neue Nachrichten", human: "Ein Kollege antwortet Ihnen.", long: "Höchstens 10.000 Zeichen.", attach: "Dateien anhängen", remove: "{name} entfernen", large: "{name} ist zu groß. Höchstens {size} je Datei.", kind: "{name} kann hier nicht gesendet werden.", most: "Höchstens 10 Dateien auf einmal.", waiting: "Eine Datei wird noch gesendet.", stuck: "Eine Datei wurde nicht gesendet. Versuchen Sie es erneut oder entfernen Sie sie.", attached: "{name} ist angehängt.", save: "{name} speichern" },
  };
  const wanted = (settings.language || document.documentElement.lang || navigator.language || "en").toLowerCase();
  const primary = wanted.split("-")[0];
  const language = { no: "nb", nn: "nb" }[primary] || (TEXTS[primary] ? primary : "en");
  const t = TEXTS[language];

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .chat { --accent: #0b6b7a; --on: #fff; --ink: #16252a; --quiet: #55666c; --paper: #fff; --sunk: #f1f5f6; --line: #d5dee1; --warn: #8a3b00;
      position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; font: 14px/1.45 system-ui, sans-serif; color: var(--ink); pointer-events: none; }
    .chat.left { right: auto; left: 16px; }
    @media (prefers-color-scheme: dark) { .chat { --accent: #5cc3d3; --on: #05252b; --ink: #e6eef0; --quiet: #a3b4b9; --paper: #142024; --sunk: #1f2e33; --line: #33454b; --warn: #ffb27a; } }
    button, textarea { font: inherit; color: inherit; pointer-events: auto; }
    button { cursor: pointer; }
    button:focus-visible, textarea:focus-visible, input:focus-visible, select:focus-visible, a:focus-visible, .log:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .launch { position: relative; display: block; margin-left: auto; width: 56px; height: 56px; border: 0; border-radius: 50%; background: var(--accent); color: var(--on); box-shadow: 0 2px 12px rgb(0 0 0 / 25%); }
    .left .launch { margin-left: 0; }
    .launch svg { width: 26px; height: 26px; display: block; margin: auto; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; font-size: 12px; line-height: 22px; }
    .panel { display: flex; flex-direction: column; width: min(380px, calc(100vw - 32px)); height: min(560px, calc(100vh - 112px)); height: min(560px, calc(100dvh - 112px)); margin-bottom: 12px;
      background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 8px 32px rgb(0 0 0 / 22%); overflow: hidden; pointer-events: auto; }
    .panel[hidden], [hidden] { display: none !important; }
    .top { display: flex; align-items: center; gap: 8px; padding: 12px 16px; border-bottom: 1px solid var(--line); }
    .head { flex: 1; }
    h2 { margin: 0; font-size: 16px; font-weight: 600; }
    .top p { margin: 0; color: var(--quiet); font-size: 12px; }
    .plain { border: 0; background: none; padding: 4px 8px; border-radius: 6px; }
    .log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 8px; overscroll-behavior: contain; }
    .message { max-width: 85%; padding: 8px 12px; border-radius: 10px; background: var(--sunk); overflow-wrap: anywhere; }
    .message.visitor { align-self: flex-end; background: var(--accent); color: var(--on); }
    .message.automation { align-self: center; background: none; color: var(--quiet); font-size: 12px; }
    .message .who { margin: 0 0 2px; font-size: 12px; color: var(--quiet); }
    .message .who img { border-radius: 50%; object-fit: cover; vertical-align: -5px; margin-right: 6px; }
    .message p { margin: 0; white-space: pre-wrap; }
    .message p:not(.who, .unseen) + p, .message ul, .message ol, .message pre { margin: 6px 0 0; }
    .message ul, .message ol { padding-left: 20px; }
    .message pre { overflow-x: auto; }
    .message a { color: inherit; text-decoration: underline; }
    .message:not(.visitor) a { color: var(--accent); }
    .state { align-self: flex-end; color: var(--quiet); font-size: 12px; }
    .choices, .rate { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 8px; }
    .choices { flex-direction: column; align-items: stretch; }
    .choices button, .rate button, .told button { border: 1px solid var(--accent); border-radius: 8px; background: none; color: var(--accent); padding: 6px 12px; text-align: left; }
    .survey { align-self: center; }
    .rate button[aria-pressed=true] { background: var(--accent); color: var(--on); }
    .told { margin: 0; padding: 8px 16px; color: var(--warn); font-size: 13px; border-top: 1px solid var(--line); }
    form { display: flex; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
    .request { flex: 1; flex-direction: column; overflow-y: auto; padding: 16px; gap: 4px; border-top: 0; }
    .request label { display: flex; flex-direction: column; gap: 2px; font-size: 13px; color: var(--quiet); margin-bottom: 6px; }
    .request input, .request select, .request textarea { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 8px; max-width: 100%; pointer-events: auto; }
    .request textarea { flex: none; max-height: none; resize: vertical; }
    .request .about { margin: 0 0 6px; font-size: 12px; color: var(--quiet); }
    .request .send { padding: 10px 16px; }
    .request .plain { align-self: flex-start; color: var(--accent); padding-left: 0; }
    .ask { border: 1px solid var(--accent); border-radius: 8px; background: none; color: var(--accent); padding: 6px 12px; margin: 8px 12px 0; }
    textarea { flex: 1; resize: none; border: 1px solid var(--line); border-radius: 8px; padding: 8px; background: var(--paper); max-height: 120px; }
    .send { border: 0; border-radius: 8px; padding: 0 16px; background: var(--accent); color: var(--on); }
    .attach { border: 0; background: none; padding: 8px; border-radius: 8px; align-self: center; line-height: 0; }
    .attach svg { width: 20px; height: 20px; }
    .files, .sent { list-style: none; margin: 0; padding: 0; font-size: 13px; }
    .files { border-top: 1px solid var(--line); padding: 8px 12px 0; max-height: 120px; overflow-y: auto; }
    .files + form { border-top: 0; }
    .files li { display: flex; align-items: center; gap: 8px; }
    .files .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .files progress { width: 72px; accent-color: var(--accent); }
    .files .plain, .sent button { color: var(--accent); text-decoration: underline; }
    .files .plain:last-child { text-decoration: none; }
    .failed { color: var(--warn); }
    .message .sent { margin: 4px 0 0; padding: 0; }
    .sent button { border: 0; background: none; padding: 2px 0; text-align: left; overflow-wrap: anywhere; }
    .visitor .sent button { color: inherit; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    @media print { .chat { display: none; } }`;

  // What is kept in the browser, if the browser keeps anything.
  const PREFIX = `svar-chat:${home}:`;
  const memory = new Map();
  const kept = (name) => {
    try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return memory.get(name) ?? null; }
  };
  const keep = (name, value) => {
    memory.set(name, value);
    try {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch { /* kept for this page only */ }
  };
  const make = (tag, props = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (name in element) element[name] = value; else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  let session = null;
  let beginning = null;
  let user = settings.user || null;
  let thread = { messages: [], can_rate: false };
  let isOpen = false;
  let stream = null;
  let wait = 1000;
  let isLost = false;
  let sent = [];
  let isSending = false;
  let later = null;
  let files = [];
  let isAsking = false;

  // Talking to the server.
  class Refused extends Error {
    constructor(status, after, detail) { super(String(status)); this.status = status; this.after = after; this.detail = detail; }
  }
  async function ask(path, body, signal) {
    const headers = {};
    if (session) headers.authorization = `Bearer ${session.token}`;
    if (body) headers["content-type"] = "application/json";
    const answer = await fetch(home + path, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal,
      credentials: "omit", mode: "cors", cache: "no-store",
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Refused(answer.status, Number(answer.headers.get("retry-after")) || 0, problem.detail);
    }
    return answer;
  }
  function begin() {
    beginning ||= (async () => {
      try {
        const former = session;
        session = null;
        const body = { language };
        const token = former ? former.token : kept("token");
        if (token) body.token = token;
        if (user) body.user = user;
        session = await (await ask("/widget/session", body)).json();
        keep("token", session.token);
      } finally { beginning = null; }
    })();
    return beginning;
  }
  // What a token that has run out refuses is asked again with a new one, once.
  async function asked(path, body, signal) {
    if (!session) await begin();
    try { return await ask(path, body, signal); } catch (error) {
      if (error.status !== 401) throw error;
      await begin();
      return ask(path, body, signal);
    }
  }

  // Messages that are not known to have arrived, in order; each is sent under its own name until
  // it is, so that it is there once.
  const unsent = () => kept("unsent") || [];
  const isShown = (id) => thread.messages.some((message) => message.id === `w-${id}`);
  async function deliver() {
    if (isSending) return;
    isSending = true;
    clearTimeout(later);
    later = null;
    render();
    try {
      for (let next = unsent()[0]; next; next = unsent()[0]) {
        const answer = await asked("/widget/messages", { id: next.id, text: next.text, files: (next.files || []).map((one) => one.id), language, url: location.href.split("#")[0].slice(0, 2000) });
        await answer.json();
        // It is safe there; until the stream has it, it is shown from here.
        sent.push(next);
        keep("unsent", unsent().filter((one) => one.id !== next.id));
        keep("wrote", true);
        found();
        follow();
      }
    } catch (error) {
      const gone = error.status >= 400 && error.status < 500 && ![401, 403, 408, 429].includes(error.status);
      if (gone) {
        // It will never be taken: the words go back to where they were typed.
        const [first, ...rest] = unsent();
        keep("unsent", rest);
        if (first) {
          ui.text.value = [first.text, ui.text.value].filter(Boolean).join("\n");
          keep("draft", ui.text.value);
          files.push(...(first.files || []).map(({ name, size }) => ({ name, size, fault: t.unsent })));
          drawFiles();
        }
        tell(t.unsent);
      } else {
        tell(error.status === 429 ? t.many : navigator.onLine === false ? t.lost : t.down);
        later = setTimeout(deliver, Math.max(error.after * 1000 || 0, wait));
        wait = Math.min(wait * 2, 30000);
      }
    } finally {
      isSending = false;
      render();
    }
  }
  const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  function write(text, attached = []) {
    const words = text.trim();
    if (!words && !attached.length) return;
    if ([...words].length > 10000) { tell(t.long); return; }
    const id = freshId();
    keep("unsent", [...unsent(), { id, text: words, files: attached }]);
    deliver();
  }

  // Files are sent up as soon as they are chosen; the message names those that are there. One that
  // was not taken stays where it can be tried again or removed.
  const named = (text, name, size = "") => text.replace("{name}", name).replace("{size}", size);
  const amount = (bytes) => {
    const [unit, by] = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
    return `${(bytes / by).toLocaleString(language, { maximumFractionDigits: bytes < by * 10 ? 1 : 0 })} ${unit}`;
  };
  const keepFiles = () => {
    const there = files.filter((one) => one.id).map(({ id, name, size }) => ({ id, name, size }));
    keep("files", there.length ? there : null);
  };
  function attach(chosen) {
    for (const file of chosen) {
      const name = [...file.name].slice(-200).join("") || "file";
      const rules = (session && session.files) || { endings: [], most: 0 };
      if (files.length >= 10) { tell(t.most); return; }
      if (!rules.endings.includes(name.split(".").pop().toLowerCase())) { tell(named(t.kind, name)); continue; }
      if (file.size > rules.most) { tell(named(t.large, name, amount(rules.most))); continue; }
      const one = { file, name, size: file.size };
      files.push(one);
      sendUp(one);
    }
  }
  async function sendUp(one) {
    one.fault = null;
    one.id = null;
    drawFiles();
    try {
      if (!session) await begin();
      one.id = await transfer(one).catch(async (error) => {
        if (error.status !== 401) throw error;
        await begin();
        return transfer(one);
      });
      ui.live.textContent = named(t.attached, one.name);
    } catch (error) {
      one.fault = error.status === 400 ? named(t.kind, one.name) : error.status === 413 ? named(t.large, one.name, amount(session.files.most))
        : `${one.name}: ${error.status === 429 ? t.many : t.unsent}`;
    }
    if (!files.includes(one)) return;
    if (one.fault) tell(one.fault);
    keepFiles();
    drawFiles();
  }
  // Only this way of asking says how far it is.
  function transfer(one) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      one.request = request;
      request.open("POST", `${home}/widget/files?name=${encodeURIComponent(one.name)}`);
      request.setRequestHeader("authorization", `Bearer ${session.token}`);
      request.setRequestHeader("content-type", one.file.type || "application/octet-stream");
      request.upload.onprogress = (event) => { if (one.bar && event.lengthComputable) one.bar.value = event.loaded / event.total; };
      request.onload = () => {
        if (request.status !== 200) { failed(new Refused(request.status, 0)); return; }
        done(JSON.parse(request.responseText).id);
      };
      request.onerror = () => failed(new Refused(0, 0));
      request.onabort = () => failed(new Refused(0, 0));
      request.send(one.file);
    });
  }
  function remove(one) {
    files = files.filter((other) => other !== one);
    if (one.request && !one.id) one.request.abort();
    keepFiles();
    drawFiles();
    ui.text.focus();
  }
  function drawFiles() {
    if (!ui.files) return;
    ui.files.hidden = !files.length;
    ui.files.replaceChildren(...files.map((one) => {
      const line = `${one.name} (${amount(one.size)})`;
      const parts = [make("span", { className: one.fault ? "name failed" : "name", title: one.fault || one.name }, line)];
      if (!one.id && !one.fault) parts.push(one.bar = make("progress", { max: 1, value: one.bar ? one.bar.value : 0, "aria-label": line }));
      if (one.fault && one.file) parts.push(make("button", { type: "button", className: "plain", "aria-label": `${t.retry}: ${one.name}`, onclick: () => { tell(""); sendUp(one); } }, t.retry));
      parts.push(make("button", { type: "button", className: "plain", "aria-label": named(t.remove, one.name), onclick: () => remove(one) }, "✕"));
      return make("li", {}, ...parts);
    }));
  }
  // Its bytes are asked for with the visitor's token, which stands in no address.
  async function save(file) {
    try {
      const answer = await asked(`/widget/files/${file.id}`);
      const href = URL.createObjectURL(await answer.blob());
      make("a", { href, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60000);
    } catch { tell(t.down); }
  }
  const listed = (all) => (all && all.length ? [make("ul", { className: "sent" }, ...all.map((file) => make("li", {}, file.id && file.isThere !== false
    ? make("button", { type: "button", "aria-label": named(t.save, file.name), onclick: () => save(file) }, `${file.name} (${amount(file.size)})`)
    : `${file.name} (${amount(file.size)})`)))] : []);
  async function score(points) {
    try {
      take(await (await asked("/widget/score", { score: points })).json());
      tell(t.thanks, true);
    } catch { tell(t.down); }
  }
  async function rate(isHelpful) {
    try {
      take(await (await asked("/widget/feedback", { is_helpful: isHelpful })).json());
      tell(t.thanks, true);
    } catch { tell(t.down); }
  }

  // Asking for a service: what is typed is kept until it has arrived, under the name by which it is
  // there once however often it is sent.
  const uploaded = new Map();
  function drawForm() {
    const offer = session && session.request;
    ui.ask.hidden = !offer || isAsking;
    ui.request.hidden = !offer || !isAsking;
    for (const part of [ui.log, ui.form]) part.hidden = isAsking && Boolean(offer);
    ui.files.hidden = ui.form.hidden || !files.length;
    const state = JSON.stringify([offer, Boolean(session && session.files)]);
    if (!offer || state === ui.request.drawn) return;
    ui.request.drawn = state;
    const typed = kept("request") || {};
    const field = (tag, name, label, props = {}, ...children) => make("label", {}, label, make(tag, { name, ...props, value: typed[name] || "" }, ...children));
    const choice = (name, label, choices, props = {}) => {
      const menu = field("select", name, label, props, ...choices.map(([value, text]) => make("option", { value }, text)));
      menu.lastChild.value = choices.some(([value]) => value === typed[name]) ? typed[name] : choices[0][0];
      return menu;
    };
    const price = ({ amount, currency }) => t.from.replace("{price}", amount.toLocaleString(language, { style: "currency", currency, maximumFractionDigits: 2, trailingZeroDisplay: "stripIfInteger" }));
    const services = offer.services.map((one) => [one.id, one.price_from ? `${one.name} (${price(one.price_from)})` : one.name]);
    const about = make("p", { className: "about" });
    const menu = choice("service", t.service, [["", t.none], ...services]);
    const tellAbout = () => {
      const chosen = offer.services.find((one) => one.id === menu.lastChild.value);
      about.textContent = (chosen && chosen.description) || "";
    };
    menu.lastChild.addEventListener("change", tellAbout);
    tellAbout();
    ui.request.replaceChildren(
      make("button", { type: "button", className: "plain", onclick: () => { isAsking = false; tell(""); render(); ui.text.focus(); } }, t.back),
      field("input", "name", t.name, { required: true, maxLength: 500, autocomplete: "name" }),
      field("input", "email", t.email, { type: "email", required: true, maxLength: 254, autocomplete: "email" }),
      field("input", "company", t.company, { maxLength: 500, autocomplete: "organization" }),
      field("input", "url", t.url, { type: "url", maxLength: 2000, placeholder: "https://", autocomplete: "url" }),
      ...(offer.customers.length ? [choice("customer", t.customer, [["", ""], ...offer.customers.map((one) => [one, one])], { required: true })] : []),
      menu, about,
      field("textarea", "text", t.need, { required: true, rows: 4, maxLength: 10000 }),
      ...(session.files ? [make("label", {}, t.files, make("input", { type: "file", name: "files", multiple: true, accept: ui.chooser.accept }))] : []),
      make("button", { className: "send" }, t.post));
  }
  const typedIn = () => Object.fromEntries([...new FormData(ui.request)].filter(([, value]) => typeof value === "string"));
  async function post() {
    if (ui.request.isBusy) return;
    ui.request.isBusy = true;
    const fields = { ...typedIn(), id: (kept("request") || {}).id || freshId() };
    keep("request", fields);
    tell(t.sending, true);
    try {
      if (!session) await begin();
      const chosen = ui.request.elements.files ? [...ui.request.elements.files.files] : [];
      for (const file of chosen) {
        const name = [...file.name].slice(-200).join("") || "file";
        const { endings, most } = session.files || { endings: [], most: 0 };
        if (!endings.includes(name.split(".").pop().toLowerCase())) { tell(named(t.kind, name)); return; }
        if (file.size > most) { tell(named(t.large, name, amount(most))); return; }
        if (!uploaded.has(file)) uploaded.set(file, await transfer({ file, name }));
      }
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
      await asked("/widget/requests", { ...given, files: chosen.map((file) => uploaded.get(file)), language });
      keep("request", null);
      keep("wrote", true);
      uploaded.clear();
      isAsking = false;
      ui.request.drawn = null;
      found();
      follow();
      take(await (await asked("/widget/conversation")).json());
      tell(t.asked, true);
      ui.text.focus();
    } catch (error) {
      const isRefused = error.status >= 400 && error.status < 500 && error.detail;
      // What was refused may be sent again otherwise.
      if (error.status === 409) keep("request", { ...fields, id: null });
      tell(error.status === 429 ? t.many : isRefused ? t.refused.replace("{reason}", error.detail) : navigator.onLine === false ? t.lost : t.down);
    } finally {
      ui.request.isBusy = false;
      render();
    }
  }

  // Following the conversation.
  function take(now) {
    thread = now;
    if (isOpen) seen();
    render();
  }
  function found() { isLost = false; wait = 1000; tell(""); }
  async function follow() {
    if (stream) return;
    const control = new AbortController();
    stream = control;
    try {
      const answer = await asked("/widget/stream", null, control.signal);
      found();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        rest += value;
        const events = rest.split("\n\n");
        rest = events.pop();
        for (const event of events) {
          const data = event.split("\n").find((line) => line.startsWith("data: "));
          if (data) take(JSON.parse(data.slice(6)));
        }
      }
    } catch (error) {
      // Who may not be here is quiet.
      if (error.status === 403 || error.status === 409) { stream = null; ui.host.hidden = !isOpen; return; }
    }
    if (stream !== control) return;
    stream = null;
    if (control.signal.aborted) return;
    isLost = true;
    if (isOpen) tell(t.lost);
    const pause = wait * (0.75 + Math.random() / 2);
    wait = Math.min(wait * 2, 30000);
    setTimeout(() => { follow(); if (unsent().length && !later) deliver(); }, pause);
  }

  // What a visitor has seen.
  const theirs = (message) => message.from !== "visitor";
  function seen() {
    const last = thread.messages.filter(theirs).pop();
    if (last && (kept("seen") || "") < last.at) keep("seen", last.at);
  }
  const unread = () => thread.messages.filter((message) => theirs(message) && message.at > (kept("seen") || "")).length;

  // Showing it. Every text is a text; of links only those that lead to the web, mail or telephone.
  const TAGS = new Set(["p", "strong", "em", "del", "code", "pre", "ul", "ol", "li", "br", "hr"]);
  const link = (href, ...children) => make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
  function words(text) {
    return text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/).map((part, place) => place % 2 ? link(part, part) : part);
  }
  function piece(node, isPlain) {
    if (typeof node === "string") return isPlain ? words(node) : [node];
    const children = (node.c || []).flatMap((child) => piece(child, isPlain));
    if (node.t === "a" && /^(https?:|mailto:|tel:)/i.test(node.h || "")) return [link(node.h, ...children)];
    return TAGS.has(node.t) ? [make(node.t, {}, ...children)] : children;
  }
  const clock = (at) => new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const who = (message) => ({ visitor: t.you, agent: (session && session.name) || t.agent, rep: message.name || t.title })[message.from] || "";
  // A page that lets no picture of ours in has none.
  const picture = () => session && session.picture ? [make("img", { src: home + session.picture, alt: "", width: 20, height: 20, onerror: (event) => event.target.remove() })] : [];
  function bubble(message, isLast) {
    const name = make("p", { className: message.from === "visitor" ? "unseen" : "who" }, ...(message.from === "agent" ? picture() : []), `${who(message)} · ${clock(message.at)}`);
    const body = message.body.flatMap((node) => piece(node, !message.is_answer));
    const element = make("article", { className: `message ${message.from}` }, name, ...body, ...listed(message.files));
    if (message.choices && isLast) {
      const choices = message.choices.map((choice) => make("button", { type: "button", onclick: () => write(choice) }, choice));
      element.append(make("div", { className: "choices" }, ...choices));
    }
    if (message.is_answer && isLast && thread.can_rate) {
      element.append(make("div", { className: "rate", role: "group", "aria-label": t.helped }, make("span", {}, t.helped),
        make("button", { type: "button", onclick: () => rate(true) }, t.yes),
        make("button", { type: "button", onclick: () => rate(false) }, t.no)));
    }
    return element;
  }

  const ui = {};
  const icon = (shape) => {
    const SVG = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(SVG, "svg");
    const path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", shape);
    path.setAttribute("fill", "currentColor");
    svg.append(path);
    return svg;
  };
  function tell(text, isGood) {
    if (!ui.told) return;
    ui.told.hidden = !text;
    ui.told.setAttribute("role", isGood ? "status" : "alert");
    ui.said.textContent = text;
    ui.again.hidden = !text || isGood || !(isLost || unsent().length);
  }
  let drawn = "";
  function draw() {
    sent = sent.filter((one) => !isShown(one.id));
    const waiting = unsent().filter((one) => !isShown(one.id));
    const state = JSON.stringify([thread, waiting, sent, isSending, session && session.greeting]);
    if (state === drawn) return;
    drawn = state;
    const isDown = ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 80;
    const place = thread.messages.length - 1;
    const bubbles = thread.messages.map((message, index) => bubble(message, index === place && !waiting.length && !sent.length));
    const greeting = session && make("article", { className: "message agent" }, ...(session.picture ? [make("p", { className: "who" }, ...picture(), session.name || t.agent)] : []), make("p", {}, session.greeting));
    const own = (one) => make("article", { className: "message visitor" }, ...(one.text ? [make("p", {}, one.text)] : []),
      ...listed((one.files || []).map((file) => ({ ...file, isThere: false }))));
    const said = sent.map(own);
    const pending = waiting.flatMap((one) => [own(one),
      make("span", { className: "state" }, isSending ? t.sending : t.unsent)]);
    const over = thread.is_over ? [make("p", { className: "message automation" }, t.over)] : [];
    const survey = thread.survey ? [make("div", { className: "rate survey", role: "group", "aria-label": t.survey }, make("span", {}, t.survey),
      ...[1, 2, 3, 4, 5].map((points) => make("button", { type: "button", "aria-label": `${points} ${t.of}`, "aria-pressed": String(thread.survey.score === points), onclick: () => score(points) }, String(points))))] : [];
    const job = thread.job ? [make("p", { className: "message automation job" }, ...[thread.job.is_reminder && t.again, thread.job.what].filter(Boolean).map((text) => `${text} `), link(home + thread.job.path, t.job))] : [];
    ui.log.replaceChildren(...(greeting ? [greeting] : []), ...bubbles, ...said, ...pending, ...over, ...survey, ...job);
    if (isDown) ui.log.scrollTop = ui.log.scrollHeight;
  }
  function render() {
    if (!ui.log) return;
    const count = isOpen ? 0 : unread();
    ui.badge.hidden = !count;
    ui.badge.textContent = count > 99 ? "99+" : String(count);
    ui.launch.setAttribute("aria-label", isOpen ? t.close : count ? `${t.open}: ${count} ${t.new}` : t.open);
    ui.launch.setAttribute("aria-expanded", String(isOpen));
    ui.panel.hidden = !isOpen;
    ui.attach.hidden = !(session && session.files);
    if (session) {
      if (session.files) {
        ui.chooser.accept = session.files.endings.map((ending) => `.${ending}`).join();
        ui.attach.title = `${t.attach} (≤ ${amount(session.files.most)})`;
        ui.attach.setAttribute("aria-label", ui.attach.title);
      }
      ui.title.textContent = session.name || t.title;
      ui.about.textContent = thread.with_human ? t.human : session.is_open ? t.here : session.opens ? t.opens.replace("{opens}", session.opens) : "";
    }
    if (isOpen) { drawForm(); draw(); }
  }
  async function open() {
    if (isOpen) return;
    isOpen = true;
    ui.host.hidden = false;
    keep("open", true);
    seen();
    render();
    ui.text.focus();
    ui.log.scrollTop = ui.log.scrollHeight;
    try {
      if (!session) await begin();
      found();
      follow();
      if (unsent().length) deliver();
    } catch { isLost = true; tell(navigator.onLine === false ? t.lost : t.down); }
    render();
  }
  function close() {
    if (!isOpen) return;
    isOpen = false;
    keep("open", null);
    render();
    ui.launch.focus();
  }
  function build() {
    ui.host = document.createElement("svar-chat");
    const root = ui.host.attachShadow({ mode: "closed" });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch { root.append(make("style", { nonce }, STYLE)); }
    ui.title = make("h2", {}, t.title);
    ui.about = make("p");
    ui.log = make("div", { className: "log", role: "log", tabIndex: 0, "aria-label": t.title });
    ui.said = make("span");
    ui.again = make("button", { type: "button", hidden: true, onclick: () => { wait = 1000; tell(""); follow(); deliver(); } }, t.retry);
    ui.told = make("p", { className: "told", hidden: true }, ui.said, " ", ui.again);
    ui.text = make("textarea", { rows: 2, value: kept("draft") || "", "aria-label": t.write, placeholder: t.write });
    ui.text.addEventListener("input", () => keep("draft", ui.text.value));
    ui.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    const send = () => {
      const text = ui.text.value;
      if (files.some((one) => one.fault)) { tell(t.stuck); return; }
      if (files.some((one) => !one.id)) { tell(t.waiting); return; }
      if ((!text.trim() && !files.length) || [...text.trim()].length > 10000) { write(text); return; }
      const attached = files.map(({ id, name, size }) => ({ id, name, size }));
      ui.text.value = "";
      keep("draft", null);
      files = [];
      keepFiles();
      drawFiles();
      write(text, attached);
      ui.text.focus();
    };
    files = kept("files") || [];
    ui.files = make("ul", { className: "files", hidden: true, "aria-label": t.attach });
    ui.live = make("p", { className: "unseen", role: "status" });
    ui.chooser = make("input", { type: "file", multiple: true, hidden: true });
    ui.chooser.addEventListener("change", () => { attach(ui.chooser.files); ui.chooser.value = ""; });
    ui.attach = make("button", { type: "button", className: "attach", hidden: true, "aria-label": t.attach, title: t.attach, onclick: () => ui.chooser.click() },
      icon("M16.5 6v11.5a4 4 0 0 1-8 0V5a2.5 2.5 0 0 1 5 0v10.5a1 1 0 0 1-2 0V6H10v9.5a2.5 2.5 0 0 0 5 0V5a4 4 0 0 0-8 0v12.5a5.5 5.5 0 0 0 11 0V6z"));
    ui.text.addEventListener("paste", (event) => {
      const pasted = event.clipboardData && event.clipboardData.files;
      if (!pasted || !pasted.length || ui.attach.hidden) return;
      event.preventDefault();
      attach(pasted);
    });
    ui.ask = make("button", { type: "button", className: "ask", hidden: true, onclick: () => { isAsking = true; tell(""); render(); ui.request.elements.name.focus(); } }, t.ask);
    ui.request = make("form", { className: "request", hidden: true });
    ui.request.addEventListener("input", () => keep("request", { ...typedIn(), id: (kept("request") || {}).id }));
    ui.request.addEventListener("submit", (event) => { event.preventDefault(); post(); });
    const form = ui.form = make("form", {}, ui.attach, ui.chooser, ui.text, make("button", { className: "send" }, t.send));
    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    ui.panel = make("section", { className: "panel", role: "dialog", "aria-label": t.title, hidden: true },
      make("div", { className: "top" }, make("div", { className: "head" }, ui.title, ui.about), make("button", { type: "button", className: "plain", "aria-label": t.close, onclick: close }, "✕")),
      ui.log, ui.request, ui.told, ui.ask, ui.files, form, ui.live);
    drawFiles();
    ui.panel.addEventListener("keydown", (event) => {
      // The page has its own keys; what is typed here is not for it.
      event.stopPropagation();
      if (event.key === "Escape") close();
    });
    ui.badge = make("span", { className: "badge", hidden: true, "aria-hidden": "true" });
    ui.launch = make("button", { type: "button", className: "launch", onclick: () => (isOpen ? close() : open()) },
      icon("M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"), ui.badge);
    root.append(make("div", { className: settings.side === "left" ? "chat left" : "chat" }, ui.panel, ui.launch));
    // Beside the body, so that a page that draws itself anew leaves it alone.
    document.documentElement.append(ui.host);
    render();
    if (kept("open")) open(); else if (kept("wrote") || user) begin().then(follow, () => { /* quiet */ });
    addEventListener("online", () => { wait = 1000; if (session) follow(); if (unsent().length) deliver(); });
    addEventListener("storage", (event) => {
      if (event.key === `${PREFIX}wrote` && !stream) follow();
      if (event.key === `${PREFIX}seen`) render();
    });
  }
  function stop() {
    if (stream) stream.abort();
    stream = null;
    clearTimeout(later);
    later = null;
    session = null;
    thread = { messages: [], can_rate: false };
    sent = [];
    drawn = "";
    for (const one of files) if (one.request && !one.id) one.request.abort();
    files = [];
    drawFiles();
  }

  window.SvarChat = Object.freeze({
    /** Opens the window. */
    open,
    /** Closes it. */
    close,
    /** Says who the visitor is: a token that the host has signed. */
    async identify(token) {
      user = token;
      if (stream) stream.abort();
      stream = null;
      await begin();
      // What somebody else sent up is not theirs to send.
      files = files.filter((one) => one.file);
      files.forEach(sendUp);
      follow();
      render();
    },
    /** Forgets the visitor, as when they sign out. */
    reset() {
      user = null;
      stop();
      for (const name of ["token", "unsent", "draft", "wrote", "seen", "open", "files", "request"]) keep(name, null);
      isAsking = false;
      if (ui.request) ui.request.drawn = null;
      if (ui.text) ui.text.value = "";
      isOpen = false;
      render();
    },
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", build); else build();
})();
