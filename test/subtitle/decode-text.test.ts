import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeText } from "../../src/subtitle/decode-text.ts";

/** Text in an encoding that TextDecoder reads: its table turned round. */
function encode(text: string, encoding: string): Uint8Array {
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const note = (...bytes: number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if (character.length === 1 && !table.has(character)) table.set(character, bytes);
    } catch {
      // No character has these bytes.
    }
  };
  for (let a = 0; a < 256; a++) note(a);
  if (/gb|big5|shift|euc/.test(encoding)) {
    for (let a = 0x81; a < 0xff; a++) for (let b = 0x40; b < 0xff; b++) note(a, b);
  }
  return Uint8Array.from(
    Array.from(text).flatMap((character) => {
      const bytes = table.get(character);
      if (bytes === undefined) throw new Error(`${encoding} has no ${character}`);
      return [...bytes];
    }),
  );
}

const speech: readonly (readonly [string, string, string])[] = [
  [
    "ar",
    "windows-1256",
    "هذا هو الفيلم الذي كنا ننتظره منذ زمن طويل\nلا أعرف ماذا أقول لك يا صديقي",
  ],
  ["he", "windows-1255", "אני לא יודע מה לומר לך\nזה הסרט שחיכינו לו כל כך הרבה זמן"],
  ["th", "windows-874", "ฉันไม่รู้จะพูดอะไรกับคุณ\nนี่คือภาพยนตร์ที่เรารอคอยมานาน"],
  ["zh-Hans", "gb18030", "我不知道该对你说什么\n这是我们等了很久的电影\n你确定吗？"],
  ["zh-Hant", "big5", "我不知道該對你說什麼\n這是我們等了很久的電影\n你確定嗎？"],
  ["ja", "shift_jis", "何を言えばいいのか分からない\nこれは私たちが長い間待っていた映画です"],
  ["ja", "euc-jp", "何を言えばいいのか分からない\nこれは私たちが長い間待っていた映画です"],
  ["ko", "euc-kr", "무슨 말을 해야 할지 모르겠어요\n이것은 우리가 오랫동안 기다려온 영화입니다"],
  ["ru", "windows-1251", "Я не знаю, что тебе сказать\nЭто фильм, которого мы так долго ждали"],
  ["ru", "koi8-r", "Я не знаю, что тебе сказать\nЭто фильм, которого мы так долго ждали"],
  ["uk", "windows-1251", "Я не знаю, що тобі сказати\nЦе фільм, на який ми так довго чекали"],
  ["bg", "windows-1251", "Не знам какво да ти кажа\nТова е филмът, който чакахме толкова дълго"],
  ["el", "windows-1253", "Δεν ξέρω τι να σου πω\nΑυτή είναι η ταινία που περιμέναμε τόσο καιρό"],
  [
    "tr",
    "windows-1254",
    "Sana ne söyleyeceğimi bilmiyorum\nBu, uzun zamandır beklediğimiz film. Şimdi!",
  ],
  [
    "pl",
    "windows-1250",
    "Nie wiem, co ci powiedzieć\nTo jest film, na który tak długo czekaliśmy. Źródło",
  ],
  [
    "cs",
    "windows-1250",
    "Nevím, co ti mám říct\nTohle je film, na který jsme tak dlouho čekali. Žlutý šátek",
  ],
  [
    "hu",
    "iso-8859-2",
    "Nem tudom, mit mondjak neked\nEz az a film, amire olyan régóta vártunk. Őrült tűz\nAz őrült fűtő tűnődött a hűvös erdőben, mielőtt elindult a gyűrűvel a szülőföldjére, és nem törődött az idővel",
  ],
  [
    "fr",
    "windows-1252",
    "Je ne sais pas quoi te dire\nC’est le film que nous avons attendu cet été, où êtes-vous",
  ],
  [
    "de",
    "windows-1252",
    "Ich weiß nicht, was ich dir sagen soll\nSchöne Grüße, wir müssen über die Brücke gehen",
  ],
  ["es", "windows-1252", "No sé qué decirte, señor\n¿Estás seguro de eso? ¡Vámonos mañana!"],
  [
    "sv",
    "windows-1252",
    "Jag vet inte vad jag ska säga\nDet här är filmen vi väntat så länge på. Är du säker?",
  ],
  ["lt", "windows-1257", "Aš nežinau, ką tau pasakyti\nTai filmas, kurio mes taip ilgai laukėme"],
];
/** Without a name that says the language, nothing tells these from the neighbours'. */
const ambiguous = new Set(["lt windows-1257", "hr windows-1250"]);

describe("what people say in", () => {
  test.each(speech)("%s, written in %s", (language, encoding, text) => {
    const file = `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;
    const bytes = encode(file, encoding);
    expect(decodeText(bytes, language)).toBe(file);
    if (!ambiguous.has(`${language} ${encoding}`)) expect(decodeText(bytes, "und")).toBe(file);
    // Whatever it is said to be, Unicode is Unicode.
    expect(decodeText(new TextEncoder().encode(file), "ja")).toBe(file);
    expect(decodeText(new TextEncoder().encode(`\u{FEFF}${file}`), language)).toBe(file);
    const wide = Buffer.from(file, "utf16le");
    expect(decodeText(wide, "und")).toBe(file);
    expect(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), wide]), "und")).toBe(file);
    expect(decodeText(Buffer.from(wide).swap16(), "und")).toBe(file);
  });
});

test("any bytes are some text, in no time", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      fc.constantFrom("und", "ja", "zh", "ru", "xx", "pl"),
      (bytes, language) => {
        expect(typeof decodeText(bytes, language)).toBe("string");
      },
    ),
  );
});
