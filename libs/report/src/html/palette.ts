/** Every colour by what it is for, in both schemes. */
export const PALETTE = {
  light: {
    paper: '#ffffff',
    panel: '#f5f7f9',
    ink: '#1b1f24',
    muted: '#56606b',
    rule: '#d3d9df',
    link: '#0b57a4',
    focus: '#0b57a4',
    message: '#0b57a4',
    life: '#77818c',
    open: '#2f3a45',
    fired: '#b3261e',
    'fired-ink': '#ffffff',
    bad: '#9a3412',
    cancelled: '#e1e6eb',
    'cancelled-ink': '#3a434d',
    running: '#d8e6fa',
    'running-ink': '#173d73',
    edge: '#77818c',
    toxic: '#fff6e0',
    'toxic-line': '#9a6700',
    frozen: '#0969a8',
    window: '#7b2cbf',
    confirmed: '#116329',
    'confirmed-paper': '#dcf7e3',
    refuted: '#a40e26',
    'refuted-paper': '#ffe5e8',
    inconclusive: '#714700',
    'inconclusive-paper': '#fff1c9',
    broken: '#ffffff',
    'broken-paper': '#57324d',
    skipped: '#4b545e',
    'skipped-paper': '#e9edf1',
  },
  dark: {
    paper: '#0f1317',
    panel: '#171d23',
    ink: '#e6ebf0',
    muted: '#a3adb8',
    rule: '#333b44',
    link: '#86bdff',
    focus: '#86bdff',
    message: '#86bdff',
    life: '#6d7884',
    open: '#cfd6dd',
    fired: '#ff8a80',
    'fired-ink': '#2a0806',
    bad: '#ffb27a',
    cancelled: '#2c343d',
    'cancelled-ink': '#c8d0d8',
    running: '#1d3557',
    'running-ink': '#c3daff',
    edge: '#77828e',
    toxic: '#2a2312',
    'toxic-line': '#d9a53a',
    frozen: '#6cc3f5',
    window: '#cfa3ff',
    confirmed: '#8fe3a5',
    'confirmed-paper': '#12301b',
    refuted: '#ffa3ab',
    'refuted-paper': '#43151b',
    inconclusive: '#f2cc60',
    'inconclusive-paper': '#37290a',
    broken: '#2b1626',
    'broken-paper': '#e5b8d6',
    skipped: '#b9c2cb',
    'skipped-paper': '#272e36',
  },
} as const;

/** Which colour is read on which. */
export const READ_ON = [
  ...(['ink', 'muted', 'link', 'fired', 'bad', 'message', 'toxic-line', 'frozen', 'window'] as const).map(
    (name) => [name, 'paper'] as const,
  ),
  ...(['ink', 'muted', 'fired', 'bad'] as const).map((name) => [name, 'toxic'] as const),
  ...(['ink', 'muted', 'link'] as const).map((name) => [name, 'panel'] as const),
  ...(['fired', 'cancelled', 'running'] as const).map((name) => [`${name}-ink`, name] as const),
  ...(['confirmed', 'refuted', 'inconclusive', 'broken', 'skipped'] as const).map(
    (name) => [name, `${name}-paper`] as const,
  ),
] as const;

/** The colours of a scheme as CSS. */
export function colours(scheme: keyof typeof PALETTE): string {
  return Object.entries(PALETTE[scheme])
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
