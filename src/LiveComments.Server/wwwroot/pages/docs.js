/**
 * The OpenAPI document as a page, by Scalar, whose script the server carries too. The page's policy lets nothing else in: styles that the script makes need the page's nonce, and there is no
 * `eval`, which its parser would try out.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
const nonce = /** @type {HTMLMetaElement} */ (document.querySelector('meta[property=csp-nonce]')).content;
const create = document.createElement.bind(document);
document.createElement = /** @type {typeof document.createElement} */ (
  (/** @type {string} */ name, /** @type {ElementCreationOptions | undefined} */ options) => {
    const element = create(name, options);
    if (name.toLowerCase() === 'style') element.nonce = nonce;
    return element;
  }
);

const { base, theme } = document.documentElement.dataset;
const dark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
const script = create('script');
script.src = `${base}docs/scalar.js`;
script.onload = () =>
  /** @type {any} */ (globalThis).Scalar.createApiReference('#reference', {
    url: `${base}openapi/v1.json`,
    forceDarkModeState: dark ? 'dark' : 'light',
    hideDarkModeToggle: true,
    // Nothing of it asks anybody but this server.
    proxyUrl: '',
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    // A token that somebody tries calls with is gone with the page.
    persistAuth: false,
    defaultOpenAllTags: true,
    operationTitleSource: 'summary',
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  });
document.head.append(script);
