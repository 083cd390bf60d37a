import { el } from './dom.js';
import { playerOf } from './player.js';
import { REACTIONS } from './row.js';
import { faultOf, stageOf } from './stage-rule.js';
import { describe, HERE, instantOf, wallTime, zones } from './zone.js';

/**
 * An event as administrators read it.
 * @typedef {import('../js/types.js').LiveEvent & {videoID: string, eventType: string, startsItself: boolean, timezone: string, viewers: number, updatedAt: string}} ManagedEvent
 */

/**
 * One thing of an event that can be changed. Its value is a text, whatever the control is, so that values compare.
 * @typedef {Object} Field
 * @property {string} name As the API calls it, with `settings.` before a setting.
 * @property {HTMLElement} element
 * @property {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} control What takes the focus.
 * @property {() => string} get
 * @property {(value: string) => void} set
 * @property {(event: ManagedEvent) => string} read
 * @property {(value: string) => any} write What the API takes.
 * @property {(text: string) => void} fault Says what is wrong with it; nothing when empty.
 * @property {(text: string) => void} remark Says what else there is to know.
 * @property {(event: ManagedEvent | null) => void} [limit] Applies what this event still allows; null for a new one.
 * @property {string} [rule] What is said of a value that does not match the control's pattern.
 */

const VIDEO_ID_RULE = '1 to 64 of A-Z a-z 0-9 _ - and not a UUID.';
const TYPE_RULE = '1 to 50 of A-Z a-z 0-9 _ - such as sports.';
let made = 0;

/** @param {ManagedEvent} event @param {string} name @returns {any} */
const member = (event, name) => name.split('.').reduce((/** @type {any} */ inner, key) => inner?.[key], event);

/**
 * @param {string} name @param {string} label @param {Field['control']} control @param {string} [hint]
 * @returns {Field}
 */
function field(name, label, control, hint) {
  const element = el('div', { class: 'field' }, el('label', { for: (control.id = `field-${++made}`) }, label), control);
  return {
    name, element, control,
    get: () => control.value,
    set: value => void (control.value = value),
    // As a control has it: in a textarea every line ends with LF.
    read: event => String(member(event, name) ?? '').replace(/\r\n?/g, '\n'),
    write: value => value || null,
    ...notes(element, [control], hint),
  };
}

/** The hint under a control and what is wrong with it, tied to the control. @param {HTMLElement} place @param {HTMLElement[]} described @param {string} [hint] */
function notes(place, described, hint = '') {
  const id = `notes-${++made}`;
  const note = el('small', { id: `${id}-hint` }, hint);
  const fault = el('small', { id: `${id}-fault`, class: 'fault', hidden: true });
  place.append(note, fault);
  for (const one of described) one.setAttribute('aria-describedby', `${fault.id} ${note.id}`);
  return {
    /** @param {string} text */
    fault: text => {
      fault.hidden = !text;
      fault.textContent = text;
      for (const one of described) if (one.localName !== 'fieldset') one.setAttribute('aria-invalid', String(Boolean(text)));
    },
    /** @param {string} text */
    remark: text => void (note.textContent = text || hint),
  };
}

/** @param {string} name @param {string} label @param {Record<string, any>} properties @param {string} [hint] */
const text = (name, label, properties, hint) => field(name, label, el('input', { type: 'text', autocomplete: 'off', ...properties }), hint);

/** @param {string} name @param {string} label @param {number} least @param {number} most @param {string} [hint] @param {string} [usual] Its default. @returns {Field} */
function number(name, label, least, most, hint, usual = '') {
  const control = el('input', { type: 'number', inputMode: 'numeric', min: String(least), max: String(most), step: '1' });
  return { ...field(name, label, control, hint), read: event => String(member(event, name) ?? usual), write: value => (value === '' ? null : Number(value)) };
}

/** @param {string} name @param {string} label @param {string} [hint] @returns {Field} */
function checkbox(name, label, hint) {
  const control = el('input', { type: 'checkbox' });
  const element = el('div', { class: 'field' }, el('label', { class: 'check' }, control, label));
  return {
    name, element, control,
    ...notes(element, [control], hint),
    get: () => String(control.checked),
    set: value => void (control.checked = value === 'true'),
    read: event => String(member(event, name) ?? false),
    write: value => value === 'true',
  };
}

/**
 * Several controls that are one thing. @param {string} name @param {string} legend @param {'radio'|'checkbox'} type @param {Record<string, string>} options Labels by value.
 * @param {string} [hint] @returns {Field & {inputs: HTMLInputElement[]}}
 */
function choice(name, legend, type, options, hint) {
  const group = `choice-${++made}`;
  const inputs = Object.keys(options).map(value => el('input', { type, name: group, value }));
  const element = el('fieldset', { class: 'field choice' }, el('legend', null, legend), el('div', { class: 'choices' }, ...inputs.map(input => el('label', { class: 'check' }, input, options[input.value]))));
  return {
    name, element, control: inputs[0], inputs,
    get: () => inputs.filter(input => input.checked).map(input => input.value).join(),
    set: value => inputs.forEach(input => (input.checked = value.split(',').includes(input.value))),
    read: event => String(member(event, name) ?? ''),
    write: value => value,
    ...notes(element, [element], hint),
  };
}

/** A JSON object that is written as a whole; what is gone from the text is taken away. @param {string} name @param {string} label @param {string} hint @returns {Field} */
function json(name, label, hint) {
  const control = el('textarea', { rows: 6, class: 'mono', autocapitalize: 'none', spellcheck: false });
  const check = () => control.setCustomValidity(parsed(control.value) ? '' : 'A JSON object, such as {"dashboard": "finals"}.');
  let stored = {};
  control.addEventListener('input', check);
  return {
    ...field(name, label, control, hint),
    set: value => {
      control.value = value;
      check();
    },
    read: event => {
      stored = member(event, name) ?? {};
      return Object.keys(stored).length > 0 ? JSON.stringify(stored, null, 2) : '';
    },
    write: value => difference(stored, parsed(value)),
  };
}

/** Texts, one in each line. @param {string} name @param {string} label @param {string} hint @returns {Field} */
function lines(name, label, hint) {
  const control = el('textarea', { rows: 2, class: 'mono', autocapitalize: 'none', spellcheck: false });
  return { ...field(name, label, control, hint), read: event => (member(event, name) ?? []).join('\n'), write: value => value.split(/\s+/).filter(Boolean) };
}

/** @param {any} value */
const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a text is, of no text an empty one; null when it is something else. @param {string} value */
function parsed(value) {
  try {
    const read = JSON.parse(value.trim() || '{}');
    return isObject(read) ? read : null;
  } catch {
    return null;
  }
}

/** The merge patch that makes one object the other; what is the same is not in it. @param {any} from @param {any} to @returns {any} */
function difference(from, to) {
  const changed = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(key => JSON.stringify(from[key]) !== JSON.stringify(to[key]));
  return Object.fromEntries(changed.map(key => [key, isObject(from[key]) && isObject(to[key]) ? difference(from[key], to[key]) : to[key] ?? null]));
}

/** Time zones by their part of the world. */
function timezone() {
  const select = el('select', null);
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const zone of zones()) {
    const region = zone === HERE ? 'Yours' : zone.includes('/') ? zone.split('/')[0] : 'World';
    let group = groups.get(region);
    if (!group) groups.set(region, (group = el('optgroup', { label: region })));
    group.append(el('option', { value: zone }, zone.replaceAll('_', ' ')));
  }
  select.append(...new Set(['Yours', 'World', ...groups.keys()].flatMap(region => groups.get(region) ?? [])));
  return {
    ...field('timezone', 'Time zone', select, 'Of the two times above.'),
    /** @param {string} value */
    set: value => {
      // The server may know a zone that this browser does not.
      if (![...select.options].some(option => option.value === value)) select.append(el('option', { value }, value));
      select.value = value;
    },
  };
}

/**
 * A time on the clocks of the zone that is chosen beside it: a plan, until it has come about.
 * @param {string} name @param {string} label @param {Field} zone @param {string} hint
 * @param {(event: ManagedEvent, inWords: (instant: string) => string) => {label: string, at: string, reason: string} | null} past What really happened; null while the plan can be changed. @returns {Field}
 */
function time(name, label, zone, hint, past) {
  const control = el('input', { type: 'datetime-local', max: '9999-12-31T23:59' });
  const base = field(name, label, control);
  let instant = '';
  let shownIn = 'UTC';
  const get = () => (control.value === '' ? '' : instant && control.value === wallTime(instant, shownIn) && shownIn === zone.get() ? instant : instantOf(control.value, zone.get()));
  /** @type {ManagedEvent | null} */
  let shown = null;
  const known = (/** @type {ManagedEvent | null} */ event) => event && past(event, plan => describe(plan, zone.get()));
  const show = () => {
    const reason = known(shown)?.reason;
    base.remark([reason, describe(get(), zone.get()) || (reason ? '' : hint)].filter(Boolean).join(' '));
  };
  const set = (/** @type {string} */ value) => {
    instant = value;
    shownIn = zone.get();
    control.value = value && wallTime(value, shownIn);
    show();
  };
  control.addEventListener('input', show);
  zone.control.addEventListener('input', () => {
    // A planned time keeps its wall clock in the new zone; a past time keeps its instant.
    if (control.readOnly) set(instant);
    else show();
  });
  return {
    ...base, get, set,
    read: event => known(event)?.at ?? base.read(event),
    limit: event => {
      shown = event;
      const now = known(event);
      control.readOnly = now !== null;
      /** @type {HTMLElement} */ (base.element.firstElementChild).textContent = now?.label ?? label;
      show();
    },
  };
}

/** The address of the video, with what becomes of it. @returns {Field} */
function video() {
  const base = text('settings.videoUrl', 'Video address', { type: 'url', inputMode: 'url', placeholder: 'https://', autocapitalize: 'none', spellcheck: false },
    'A video of YouTube, Twitch, Vimeo or Facebook, a video file or HLS, or a page that other pages may show. Without one there is a clock.');
  const input = /** @type {HTMLInputElement} */ (base.control);
  const place = el('div', { class: 'video-preview', hidden: true });
  const look = el('button', { type: 'button', class: 'button small', hidden: true, onclick: () => play() }, 'Preview');
  base.element.append(look, place);

  function recognise() {
    const fault = faultOf(input.value);
    const stage = fault ? null : stageOf(input.value);
    input.setCustomValidity(fault ?? '');
    place.replaceChildren();
    place.hidden = true;
    look.hidden = !stage || (stage.kind === 'embed' && !stage.site);
    base.remark(!stage ? '' : stage.site ? `Shown by the player of ${stage.site}.` : stage.kind === 'video' ? 'Played by the viewer\u2019s browser.' : `The page is shown in a frame, if ${new URL(stage.url).host} allows it.`);
  }

  function play() {
    const stage = stageOf(input.value);
    if (!stage) return;
    const player = playerOf(stage, 'preview');
    player.addEventListener('error', () => base.fault('This browser cannot play it: there is no video at this address, or it has a form that this browser does not know.'));
    place.replaceChildren(player);
    place.hidden = false;
  }

  input.addEventListener('input', recognise);
  // Not while somebody types.
  input.addEventListener('change', () => base.fault(faultOf(input.value) ?? ''));
  return {
    ...base,
    set: value => {
      input.value = value;
      recognise();
    },
  };
}

/**
 * All that an administrator decides about an event, by section.
 * @param {() => string[]} types Types of other events, to choose from.
 * @returns {{title: string, fields: Field[]}[]}
 */
export function eventFields(types) {
  const suggestions = el('datalist', { id: `types-${++made}` });
  const type = text('eventType', 'Type', { required: true, pattern: '[A-Za-z0-9_\\-]{1,50}', autocapitalize: 'none', spellcheck: false }, 'For example sports. Events can be listed by it.');
  type.rule = TYPE_RULE;
  type.control.setAttribute('list', suggestions.id);
  type.control.addEventListener('focus', () => suggestions.replaceChildren(...[...new Set([...types(), 'sports', 'news', 'entertainment'])].map(value => el('option', { value }))));
  type.element.append(suggestions);

  const videoID = text('videoID', 'Video ID', { pattern: '[A-Za-z0-9_\\-]{1,64}', autocapitalize: 'none', spellcheck: false, class: 'mono' }, 'The end of its address, /live/… It follows the title until you type one; without one it gets a UUID. Once created it never changes.');
  videoID.rule = VIDEO_ID_RULE;
  videoID.limit = event => {
    /** @type {HTMLInputElement} */ (videoID.control).readOnly = event !== null;
    videoID.remark(event ? 'Given when the event was created; it never changes.' : '');
  };

  const zone = timezone();
  const start = time('startTime', 'Starts', zone, 'Day and time.', ({ status, startedAt, startTime }, inWords) => (status === 'scheduled' ? null
    : startedAt ? { label: 'Went live', at: startedAt, reason: `The plan was ${inWords(startTime)}.` }
    : { label: 'Was to start', at: startTime, reason: 'It never went live.' }));
  start.control.required = true;
  const end = time('endTime', 'Ends', zone, 'If it is known.', ({ status, startedAt, endedAt, endTime }) => (status === 'ended'
    ? { label: startedAt ? 'Ended' : 'Called off', at: endedAt ?? endTime ?? '', reason: 'It is over.' }
    : null));
  const startsItself = checkbox('startsItself', 'Goes live by itself at its start');
  startsItself.limit = event => void (startsItself.control.disabled = event !== null && event.status !== 'scheduled');

  const reactions = choice('settings.reactionTypes', 'Reactions', 'checkbox', Object.fromEntries(Object.entries(REACTIONS).map(([value, { emoji, name }]) => [value, `${emoji} ${name}`])), 'The reactions that people may give.');
  const all = reactions.inputs.map(input => input.value).join();
  reactions.read = event => {
    const allowed = event.settings.reactionTypes;
    return allowed ? reactions.inputs.map(input => input.value).filter(value => allowed.includes(value)).join() : all;
  };
  reactions.write = value => (value === all ? null : value.split(',').filter(Boolean));

  const visibility = choice('settings.visibility', 'Who may watch and read', 'radio', { public: 'Everybody', private: 'Only people on its list' });
  visibility.read = event => event.settings.visibility ?? 'public';

  const links = choice('settings.links', 'Links in comments', 'radio', { off: 'Plain text', moderators: 'Of moderators', everybody: 'Of all' }, 'Whose web addresses can be pressed. Those in the description always can.');
  links.read = event => event.settings.links ?? 'off';

  return [
    {
      title: 'What it is',
      fields: [
        text('title', 'Title', { required: true, dir: 'auto' }),
        field('description', 'Description', el('textarea', { rows: 3, dir: 'auto' })),
        type,
        videoID,
      ],
    },
    { title: 'When', fields: [start, end, zone, startsItself] },
    {
      title: 'Comments',
      fields: [
        visibility,
        checkbox('settings.guests', 'Guests may write', 'Under a nickname, without an account, where everybody may watch. Limits and moderation treat them as everybody.'),
        { ...field('settings.welcome', 'Welcome', el('textarea', { rows: 3, dir: 'auto' }), 'What a viewer reads above the field for writing, until they close it. At most 500 characters; web addresses are links.'), write: (/** @type {string} */ value) => value.trim() || null },
        checkbox('settings.questions', 'Questions and answers', 'Viewers ask questions and vote for those of others. Moderators mark them as answered.'),
        number('settings.slowModeSeconds', 'Slow mode, in seconds', 0, 3600, 'Between two comments of one person. 0 is off.', '0'),
        number('settings.openBeforeStartMinutes', 'Open before the start, in minutes', 0, 1440, 'How long before the start comments are accepted.', '0'),
        number('settings.maxParticipants', 'Viewers at once', 1, 100_000_000, 'Empty: as many as the server holds.'),
        reactions,
        links,
      ],
    },
    {
      title: 'Video',
      fields: [
        video(),
        checkbox('settings.keep', 'Keep it for replay', 'Keeps comments and reactions after the retention time.'),
      ],
    },
    { title: 'Other sites', fields: [lines('settings.embedOrigins', 'Sites that may show the chat', 'One in each line, at most 20, such as https://www.example.org. Their pages may show it in a frame, beside the sites that the server allows.')] },
    { title: 'Analytics', fields: [json('analyticsConfig', 'Configuration', 'A JSON object for the programs that analyse the event. Only administrators see it. {"off": true} counts nothing for its statistics.')] },
  ];
}
