/** What TextDecoder has (WHATWG). */
export type Encoding = NonNullable<ConstructorParameters<typeof TextDecoder>[0]>;

/** How a language was written before UTF-8. */
export interface WrittenLanguage {
  /** The encodings of its files, as WHATWG names them, the commonest first. */
  readonly encodings: readonly Encoding[];
  /** Its letters beyond ASCII in lower case, roughly the commonest first; of those with thousands, the commonest. */
  readonly letters: string;
  /** How many signs it has beside those. */
  readonly otherSigns: number;
  /** Latin letters mingle with ASCII's in a word; those of other scripts do not. */
  readonly script: "latin" | "other";
}

const latin = (
  encodings: readonly Encoding[],
  tags: string,
  letters: string,
): [string, WrittenLanguage][] =>
  tags.split(" ").map((tag) => [tag, { encodings, letters, otherSigns: 0, script: "latin" }]);

const other = (
  encodings: readonly Encoding[],
  tags: string,
  letters: string,
  otherSigns = 0,
): [string, WrittenLanguage][] =>
  tags.split(" ").map((tag) => [tag, { encodings, letters, otherSigns, script: "other" }]);

const western = ["windows-1252", "iso-8859-15", "macintosh"] as const;
const central = ["windows-1250", "iso-8859-2"] as const;
const baltic = ["windows-1257", "iso-8859-13", "iso-8859-4"] as const;
const cyrillic = ["windows-1251", "koi8-u", "iso-8859-5", "ibm866", "x-mac-cyrillic"] as const;
const arabic = ["windows-1256", "iso-8859-6"] as const;

/** By the language's shortest code; of Chinese and Serbian, by script too. */
export const writtenLanguages: ReadonlyMap<string, WrittenLanguage> = new Map([
  ...latin(western, "en", "éñïèöçêüáíóàâôëå"),
  ...latin(western, "fr", "éèàçêâùîôûïœëüæÿ"),
  ...latin(western, "de", "üäößéàè"),
  ...latin(western, "es", "óíáéñúüç"),
  ...latin(western, "gl", "óíáéñúü"),
  ...latin(western, "eu", "ñüç"),
  ...latin(western, "pt", "ãáéçíóêõúâàôüñ"),
  ...latin(western, "it", "èàùìòéóíî"),
  ...latin(western, "ca", "àéèóòíçúïüñ"),
  ...latin(western, "sv", "äåöéàü"),
  ...latin(western, "fi", "äöåéšž"),
  ...latin(western, "da no nb nn", "åøæéèôòóüö"),
  ...latin(western, "nl af", "éëïèöóüêáàçí"),
  ...latin(western, "is fo", "áðíþéöæúóýø"),
  ...latin(western, "ga gd", "áéíóúàèìòù"),
  ...latin(western, "sq", "ëçâêîû"),
  ...latin(western, "id ms tl sw", "éèàç"),
  ...latin(central, "pl", "łęążśćóńźé"),
  ...latin(central, "cs", "íáěéřčžýšůúďťňóöü"),
  ...latin(central, "sk", "áíčéžýšúľťôäňďóĺŕěř"),
  ...latin(central, "hu", "áéöőóüíűú"),
  ...latin(central, "ro", "ăîşţâé"),
  ...latin(central, "hr bs sl sr-Latn", "čšžćđé"),
  ...latin(["windows-1254"], "tr", "ışğüçöîâû"),
  ...latin(["windows-1254"], "ku", "êîûşç"),
  ...latin(baltic, "lt", "ėšųįžąūčęõ"),
  ...latin(baltic, "lv", "āēīūšņļžģķčōŗ"),
  ...latin(["windows-1257", "windows-1252", "iso-8859-4", "iso-8859-15"], "et", "äõüöšž"),
  // Marks of tone stand behind their letters there.
  ...latin(["windows-1258"], "vi", "đ\u{301}ư\u{300}ôơâêă\u{323}\u{309}\u{303}áàéèíóúýãùìò"),
  ...other(cyrillic, "ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
  ...other(cyrillic, "uk", "оаниіетвсрклдмупяьзгбчйхцїжшющєфґё"),
  ...other(cyrillic, "be", "аныіекстроялдвупзмьгчіўцбыхйжшэёюф"),
  ...other(cyrillic, "bg", "аиоетнрсвлкдпмзгъуячбцйжхшщфюьѝ"),
  ...other(cyrillic, "sr", "аиоенсјртувкдмпзлгбчњхжшћцљђфџ"),
  ...other(cyrillic, "mk", "аоиентсрвкјдлпмузгбшчжцњфхѓќљџѕ"),
  ...other(["windows-1253", "iso-8859-7"], "el", "αοιετσνηυρπκμλςάίόέθδύήγχώωφξβζψϊϋΐΰ"),
  ...other(
    ["windows-1255", "iso-8859-8"],
    "he yi",
    "יואהלרתמבשנםכדחקעפטזגסןצךףץ\u{5B7}\u{5B8}\u{5B0}\u{5BC}\u{5B4}\u{5B6}\u{5B9}\u{5BB}\u{5C1}\u{5C2}",
  ),
  ...other(
    arabic,
    "ar",
    "الينمتروبعدهسأكفقحةجشخصطىذإزضئغثآءظؤ،؟\u{64E}\u{64B}\u{64F}\u{650}\u{651}\u{652}",
  ),
  ...other(arabic, "fa", "ایياردنهمتوبشخسکكگزفعقپچجحلآطصژضغذظثئ،؟\u{200C}"),
  ...other(["windows-1256"], "ur", "اےیيوکكرنہهمسبتدلپجںچعگقحفشخآزصذطضغظئ،؟"),
  ...other(
    ["windows-874"],
    "th",
    "านรอกเงมย\u{E48}\u{E31}ลวดทต\u{E35}สไคบ\u{E49}ะปหแ\u{E34}จพขช\u{E37}ใ\u{E4C}\u{E38}โผ\u{E39}ซณถธศฉภฟ\u{E36}ษๆ\u{E47}ำญฐฝุ",
  ),
  ...other(
    ["shift_jis", "euc-jp"],
    "ja",
    "いのたなしかてにとるはがんっだれらでもをうこすまよりくそあきどさけえおみわせねろつちじばごめべや" +
      "ひほずげふばゆむざびょぎゃぐ、。？！…「」・ーンスルトアリイラクレロドタシマジフコカナサ人私何" +
      "一今行日大言事君見分気本手出時",
    3000,
  ),
  ...other(
    ["euc-kr"],
    "ko",
    "이다는을가에고하의지은를어한나아로도기사있인자그시리니라해게서만내안요면거일수들네마무정보대" +
      "야말건저뭐없좋여우전것모제너당습데부알었러왜군구조세잘돼죠할려음녀생못주더오상",
    1600,
  ),
  ...other(
    ["gb18030"],
    "zh-Hans zh",
    "的我你是了不一在有这他们来个人上说到就大要会去么那对好没，。？！…：、吧吗啊呢什为知道她可能得" +
      "想看过里下和子都也很以后时候自己年还把给让做事情多小样出点现天怎真只快走谢请先从生回心开关话家",
    4000,
  ),
  ...other(
    ["big5", "gb18030"],
    "zh-Hant yue",
    "的我你是了不一在有這他們來個人上說到就大要會去麼那對好沒，。？！…：、吧嗎啊呢什為知道她可能得" +
      "想看過裡下和子都也很以後時候自己年還把給讓做事情多小樣出點現天怎真只快走謝請先從生回心開關話家",
    5000,
  ),
]);
