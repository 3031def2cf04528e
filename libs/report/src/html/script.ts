/** Filters the overview and the sections by words and by verdict. Without it everything is there, and unfiltered. */
export const SCRIPT = `
(() => {
  const form = document.getElementById('filter');
  if (form === null) return;
  const words = document.getElementById('words');
  const verdict = document.getElementById('verdict');
  const shown = document.getElementById('shown');
  const rows = [...document.querySelectorAll('tr[data-of]')].map((row) => {
    const section = document.getElementById(row.dataset.of);
    const text = [row, ...section.querySelectorAll('h2, p')].map((part) => part.textContent).join(' ').toLowerCase();
    return { row, section, text };
  });
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    let count = 0;
    for (const { row, section, text } of rows) {
      const fits = (verdict.value === '' || row.dataset.verdict === verdict.value) && wanted.every((word) => text.includes(word));
      row.hidden = !fits;
      section.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = count === rows.length ? '' : count + ' of ' + rows.length + ' shown';
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    words.value = '';
    apply();
  });
  // A link into what is filtered away shows it.
  addEventListener('hashchange', () => {
    const section = document.getElementById(location.hash.slice(1));
    if (section === null || !section.hidden) return;
    words.value = '';
    verdict.value = '';
    apply();
    section.scrollIntoView();
  });
})();
`;
