// Runs before the page is drawn, so that nobody sees the other theme first.
{
  const asked = new URLSearchParams(location.search).get('theme');
  let theme = asked;
  try {
    theme ??= localStorage.getItem('livecomments-theme');
  } catch {
    // Storage is switched off.
  }
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  const embed = new URLSearchParams(location.search).get('embed');
  if (embed === 'chat' || embed === 'overlay') document.documentElement.dataset.embed = embed;
}
