import { el } from './dom.js';
import { playerOf } from './player.js';
import { REACTIONS } from './row.js';
import { faultOf, videoSourceOf } from './video-source.js';
import { phrase } from './texts.js';
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
  const check = () => control.setCustomValidity(parsed(control.value) ? '' : phrase('field.config-rule', { example: '{"dashboard": "finals"}' }));
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
  const [yours, world] = [phrase('field.zone-yours'), phrase('field.zone-world')];
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const zone of zones()) {
    const region = zone === HERE ? yours : zone.includes('/') ? zone.split('/')[0] : world;
    let group = groups.get(region);
    if (!group) groups.set(region, (group = el('optgroup', { label: region })));
    group.append(el('option', { value: zone }, zone.replaceAll('_', ' ')));
  }
  select.append(...new Set([yours, world, ...groups.keys()].flatMap(region => groups.get(region) ?? [])));
  return {
    ...field('timezone', phrase('field.zone'), select, phrase('field.zone-hint')),
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

/** What is wrong with an address, in words; null when nothing is. @param {string} address */
function faultText(address) {
  const fault = faultOf(address);
  return fault && phrase('field.video-wrong-page', { site: fault.site, shows: phrase(`field.shows-${fault.shows}`) });
}

/** The address of the video, with what becomes of it. @returns {Field} */
function video() {
  const base = text('settings.videoUrl', phrase('field.video'), { inputMode: 'url', placeholder: 'https://', autocapitalize: 'none', spellcheck: false },
    phrase('field.video-hint'));
  const input = /** @type {HTMLInputElement} */ (base.control);
  const place = el('div', { class: 'video-preview', hidden: true });
  const look = el('button', { type: 'button', class: 'button small', hidden: true, onclick: () => play() }, phrase('field.preview'));
  base.element.append(look, place);

  /** @type {ReturnType<typeof playerOf> | null} */
  let player = null;

  function recognise() {
    const fault = faultText(input.value);
    const source = fault ? null : videoSourceOf(input.value);
    input.setCustomValidity(fault ?? '');
    player?.stop();
    player = null;
    place.replaceChildren();
    place.hidden = true;
    look.hidden = !source || (source.kind === 'embed' && !source.site);
    base.remark(!source ? '' : source.site ? phrase('field.video-site', { site: source.site }) : source.kind !== 'embed' ? phrase('field.video-file') : phrase('field.video-frame', { host: new URL(source.url).host }));
  }

  function play() {
    const source = videoSourceOf(input.value);
    if (!source) return;
    player?.stop();
    player = playerOf(source, 'preview');
    place.replaceChildren(player.element);
    place.hidden = false;
  }

  input.addEventListener('input', recognise);
  // Not while somebody types.
  input.addEventListener('change', () => base.fault(faultText(input.value) ?? ''));
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
  const type = text('eventType', phrase('field.type'), { required: true, pattern: '[A-Za-z0-9_\\-]{1,50}', autocapitalize: 'none', spellcheck: false }, phrase('field.type-hint'));
  type.rule = phrase('field.type-rule');
  type.control.setAttribute('list', suggestions.id);
  type.control.addEventListener('focus', () => suggestions.replaceChildren(...[...new Set([...types(), 'sports', 'news', 'entertainment'])].map(value => el('option', { value }))));
  type.element.append(suggestions);

  const videoID = text('videoID', phrase('field.video-id'), { pattern: '[A-Za-z0-9_\\-]{1,64}', autocapitalize: 'none', spellcheck: false, class: 'mono' }, phrase('field.video-id-hint'));
  videoID.rule = phrase('field.video-id-rule');
  videoID.limit = event => {
    /** @type {HTMLInputElement} */ (videoID.control).readOnly = event !== null;
    videoID.remark(event ? phrase('field.video-id-given') : '');
  };

  const zone = timezone();
  const start = time('startTime', phrase('field.starts'), zone, phrase('field.starts-hint'), ({ status, startedAt, startTime }, inWords) => (status === 'scheduled' ? null
    : startedAt ? { label: phrase('field.went-live'), at: startedAt, reason: phrase('field.the-plan-was', { time: inWords(startTime) }) }
    : { label: phrase('field.was-to-start'), at: startTime, reason: phrase('field.never-live') }));
  start.control.required = true;
  const end = time('endTime', phrase('field.ends'), zone, phrase('field.ends-hint'), ({ status, startedAt, endedAt, endTime }) => (status === 'ended'
    ? { label: phrase(startedAt ? 'status.ended' : 'field.called-off'), at: endedAt ?? endTime ?? '', reason: phrase('field.over') }
    : null));
  const startsItself = checkbox('startsItself', phrase('field.starts-itself'));
  startsItself.limit = event => void (startsItself.control.disabled = event !== null && event.status !== 'scheduled');

  const reactions = choice('settings.reactionTypes', phrase('field.reactions'), 'checkbox', Object.fromEntries(Object.entries(REACTIONS).map(([value, { emoji, name }]) => [value, `${emoji} ${name}`])), phrase('field.reactions-hint'));
  const all = reactions.inputs.map(input => input.value).join();
  reactions.read = event => {
    const allowed = event.settings.reactionTypes;
    return allowed ? reactions.inputs.map(input => input.value).filter(value => allowed.includes(value)).join() : all;
  };
  reactions.write = value => (value === all ? null : value.split(',').filter(Boolean));

  const visibility = choice('settings.visibility', phrase('field.visibility'), 'radio', { public: phrase('field.visibility-public'), private: phrase('field.visibility-private') });
  visibility.read = event => event.settings.visibility ?? 'public';

  const links = choice('settings.links', phrase('field.links'), 'radio', { off: phrase('field.links-off'), moderators: phrase('field.links-moderators'), everybody: phrase('field.links-everybody') }, phrase('field.links-hint'));
  links.read = event => event.settings.links ?? 'off';

  return [
    {
      title: phrase('form.what'),
      fields: [
        text('title', phrase('field.title'), { required: true, dir: 'auto' }),
        field('description', phrase('field.description'), el('textarea', { rows: 3, dir: 'auto' })),
        type,
        videoID,
      ],
    },
    { title: phrase('form.when'), fields: [start, end, zone, startsItself] },
    {
      title: phrase('live.comments'),
      fields: [
        visibility,
        checkbox('settings.guests', phrase('field.guests'), phrase('field.guests-hint')),
        { ...field('settings.welcome', phrase('field.welcome'), el('textarea', { rows: 3, dir: 'auto' }), phrase('field.welcome-hint')), write: (/** @type {string} */ value) => value.trim() || null },
        checkbox('settings.questions', phrase('field.questions'), phrase('field.questions-hint')),
        number('settings.slowModeSeconds', phrase('field.slow-mode'), 0, 3600, phrase('field.slow-mode-hint'), '0'),
        number('settings.openBeforeStartMinutes', phrase('field.open-before'), 0, 1440, phrase('field.open-before-hint'), '0'),
        number('settings.maxParticipants', phrase('field.viewers'), 1, 100_000_000, phrase('field.viewers-hint')),
        reactions,
        links,
      ],
    },
    {
      title: phrase('form.video'),
      fields: [
        video(),
        checkbox('settings.keep', phrase('field.keep'), phrase('field.keep-hint')),
      ],
    },
    { title: phrase('form.sites'), fields: [lines('settings.embedOrigins', phrase('field.sites'), phrase('field.sites-hint'))] },
    { title: phrase('form.analytics'), fields: [json('analyticsConfig', phrase('field.config'), phrase('field.config-hint', { off: '{"off": true}' }))] },
  ];
}
