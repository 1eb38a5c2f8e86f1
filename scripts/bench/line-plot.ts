/** Lines over two axes that begin at 0. */
export interface LinePlot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  readonly label: string;
  /** Ascending; the axis ends with the last one. */
  readonly ticks: readonly number[];
  /** Where it begins; 0 where nothing is said. */
  readonly from?: number;
  /** How a tick is written; as the number it is where nothing is said. */
  readonly text?: (tick: number) => string;
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line that was not measured. */
  readonly isDashed?: boolean;
}

const [width, height] = [760, 440];
const frame = { left: 70, right: 740, top: 56, bottom: 376 };
/** Told apart by people who see few colours as well (Okabe and Ito, 2008). */
const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"];
const ink = "#333";

/** An SVG that needs nothing else. Throws RangeError for an axis without ticks. */
export function drawLinePlot({ title, x, y, lines }: LinePlot): string {
  const across = scale(x, frame.left, frame.right);
  const up = scale(y, frame.bottom, frame.top);
  const parts = [
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(frame.left, 28, title, 'font-size="16" font-weight="bold"'),
    ...x.ticks.flatMap((tick) => [
      rule(across(tick), frame.top, across(tick), frame.bottom),
      text(across(tick), frame.bottom + 20, written(x, tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      rule(frame.left, up(tick), frame.right, up(tick)),
      text(frame.left - 8, up(tick) + 4, written(y, tick), 'text-anchor="end"'),
    ]),
    text((frame.left + frame.right) / 2, frame.bottom + 46, x.label, 'text-anchor="middle"'),
    turned(20, (frame.top + frame.bottom) / 2, y.label),
    ...lines.flatMap((line, i) => drawn(line, i, across, up)),
    ...legend(lines),
  ];
  const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const font = 'font-family="sans-serif" font-size="13"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${font} role="img">\n${parts.join("\n")}\n</svg>\n`;
}

function drawn(
  { points, isDashed = false }: Line,
  i: number,
  across: (x: number) => number,
  up: (y: number) => number,
): string[] {
  const color = colorOf(i);
  const at = points.map(([x, y]) => [across(x).toFixed(1), up(y).toFixed(1)] as const);
  const path = at.map(([x, y]) => `${x},${y}`).join(" ");
  const dots = isDashed
    ? []
    : at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${color}"/>`);
  return [`<polyline points="${path}" ${stroke(color, isDashed)}/>`, ...dots];
}

/** Within the frame, at its upper right. */
function legend(lines: readonly Line[]): string[] {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length));
  const left = frame.right - 54 - longest * 6.6;
  const [wide, high] = [frame.right - left - 8, lines.length * 22 + 10];
  return [
    `<rect x="${left}" y="${frame.top + 8}" width="${wide}" height="${high}" fill="#fff" stroke="#ccc"/>`,
    ...lines.flatMap(({ name, isDashed = false }, i) => {
      const y = frame.top + 24 + i * 22;
      const color = colorOf(i);
      return [
        `<line x1="${left + 8}" y1="${y}" x2="${left + 36}" y2="${y}" ${stroke(color, isDashed)}/>`,
        text(left + 42, y + 4, name),
      ];
    }),
  ];
}

function scale({ ticks, from = 0 }: Axis, begin: number, end: number): (value: number) => number {
  const last = ticks.at(-1);
  if (last === undefined) throw new RangeError("expected an axis to have ticks");
  return (value) => begin + ((value - from) / (last - from)) * (end - begin);
}

const colorOf = (i: number): string => colors[i % colors.length] ?? ink;

const stroke = (color: string, isDashed: boolean): string =>
  `fill="none" stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="6 5"' : ""}`;

const written = ({ text: print = String }: Axis, tick: number): string => print(tick);

const rule = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;

const text = (x: number, y: number, words: string, more = ""): string =>
  `<text x="${x}" y="${y}" fill="${ink}" ${more}>${escaped(words)}</text>`;

const turned = (x: number, y: number, words: string): string =>
  text(x, y, words, `text-anchor="middle" transform="rotate(-90 ${x} ${y})"`);

const escaped = (words: string): string => Bun.escapeHTML(words);
