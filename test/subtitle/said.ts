import type { Encoding } from "../../src/subtitle/written-languages.ts";

/** What is said in films, by language, with the encodings that such files are met in. */
export const said: readonly (readonly [
  language: string,
  encodings: readonly Encoding[],
  lines: readonly string[],
])[] = [
  [
    "en",
    ["windows-1252"],
    [
      "I’ll meet you at the café, okay?",
      "He left his résumé – and she never said a word…",
      "“What a cliché,” she said.",
      "It was a naïve thing to do.",
    ],
  ],
  [
    "fr",
    ["windows-1252", "iso-8859-15", "macintosh"],
    [
      "Où étais-tu passé ? Je t'ai cherché partout.",
      "C'est déjà l'été, tu sais.",
      "Ça ne fait rien, on s'en va.",
      "Je suis désolé, mon père est très malade.",
      "Vous êtes sûr de ça, mademoiselle ?",
      "Mon cœur, j'ai rêvé de toi cette nuit.",
    ],
  ],
  [
    "de",
    ["windows-1252"],
    [
      "Ich weiß nicht, was du hören möchtest.",
      "Können wir später darüber reden?",
      "Natürlich, für dich tue ich alles.",
      "Das heißt, er müsste längst zurück sein.",
      "Schöne Grüße an deine Mutter!",
    ],
  ],
  [
    "es",
    ["windows-1252"],
    [
      "¿Dónde está el niño?",
      "¡Vámonos! No hay más tiempo.",
      "Mañana será otro día, señor.",
      "No sé qué decirte, papá.",
      "Él también quería venir con nosotros.",
    ],
  ],
  [
    "pt",
    ["windows-1252"],
    [
      "Não sei o que você está fazendo aqui.",
      "A polícia já está a caminho, então vamos.",
      "É a última vez que te peço isso.",
      "Amanhã de manhã começamos as gravações.",
    ],
  ],
  [
    "it",
    ["windows-1252"],
    [
      "Perché non me l'hai detto? È così semplice.",
      "Può darsi, ma la verità è un'altra.",
      "Non c'è più niente da fare, papà.",
      "Lunedì andrò in città.",
    ],
  ],
  [
    "sv",
    ["windows-1252"],
    [
      "Jag förstår inte vad du säger.",
      "Vi måste gå nu, det är för sent.",
      "Åh, är det du? Jag trodde att du hade åkt.",
      "Hör på mig, älskling.",
    ],
  ],
  [
    "da",
    ["windows-1252"],
    [
      "Jeg forstår ikke, hvad du siger.",
      "Hvor er børnene? De må være på værelset.",
      "Det er så dejligt at høre.",
      "Åh nej, det gør ondt!",
    ],
  ],
  [
    "fi",
    ["windows-1252"],
    ["Minä en ymmärrä, mitä sinä sanot.", "Älä mene sinne yöllä.", "Hyvää päivää, herra Mäkinen."],
  ],
  [
    "nl",
    ["windows-1252"],
    [
      "Eén ding begrijp ik niet.",
      "De financiële problemen zijn voorbij.",
      "Heb je zijn ideeën gehoord?",
    ],
  ],
  [
    "is",
    ["windows-1252"],
    [
      "Ég veit ekki hvað þú ert að segja.",
      "Það er allt í lagi, við förum núna.",
      "Hvar er móðir þín?",
    ],
  ],
  [
    "pl",
    ["windows-1250", "iso-8859-2"],
    [
      "Dlaczego mi nie powiedziałeś?",
      "Myślę, że już jest za późno.",
      "Proszę się nie ruszać, jesteśmy z policji.",
      "Chcę z tobą porozmawiać, słyszysz?",
      "Dziękuję, źle się czuję.",
    ],
  ],
  [
    "cs",
    ["windows-1250", "iso-8859-2"],
    [
      "Proč jsi mi to neřekl dřív?",
      "Děkuji vám, že jste přišel.",
      "Myslím, že už je příliš pozdě.",
      "Kde máš klíče od domu? Někdo přichází.",
      "Ještě jednou a budeš litovat.",
    ],
  ],
  [
    "sk",
    ["windows-1250", "iso-8859-2"],
    [
      "Prečo si mi to nepovedal skôr?",
      "Ďakujem, že ste prišli.",
      "Myslím, že už je príliš neskoro.",
      "Ľudia sa boja, veď vieš.",
    ],
  ],
  [
    "hu",
    ["windows-1250", "iso-8859-2"],
    [
      "Miért nem mondtad el előbb?",
      "Köszönöm, hogy eljött. Üljön le, kérem.",
      "Azt hiszem, már túl késő.",
      "Ő az a nő, akiről beszéltem.",
      "Hűvös van, gyere be a házba!",
    ],
  ],
  [
    "ro",
    ["windows-1250", "iso-8859-2"],
    [
      "De ce nu mi-ai spus şi mie mai devreme?",
      "Mulţumesc că aţi venit. Staţi jos, vă rog.",
      "Cred că e prea târziu acum, înţelegi?",
      "Unde sunt băieţii ăştia?",
    ],
  ],
  [
    "hr",
    ["windows-1250", "iso-8859-2"],
    [
      "Zašto mi to nisi rekao prije?",
      "Hvala vam što ste došli.",
      "Mislim da je već prekasno, čovječe.",
      "Gdje su ključevi? Netko dolazi iz kuće.",
      "Želim da odeš, odmah! Je li to tvoja kći?",
    ],
  ],
  [
    "tr",
    ["windows-1254"],
    [
      "Neden bana daha önce söylemedin?",
      "Geldiğiniz için teşekkür ederim.",
      "Sanırım artık çok geç, değil mi?",
      "Anahtarlar nerede? Birisi geliyor, çabuk ol!",
      "İyi akşamlar, hanımefendi. Işığı kapatır mısın?",
    ],
  ],
  [
    "lt",
    ["windows-1257", "iso-8859-13"],
    [
      "Kodėl man nepasakei anksčiau?",
      "Ačiū, kad atėjote. Prašau, sėskitės.",
      "Manau, kad jau per vėlu.",
      "Kur yra tavo žmona? Aš jos nemačiau visą naktį.",
      "Žinoma, viskas bus gerai, mažyti.",
    ],
  ],
  [
    "lv",
    ["windows-1257"],
    [
      "Kāpēc tu man to neteici agrāk?",
      "Paldies, ka atnācāt. Lūdzu, apsēdieties.",
      "Es domāju, ka jau ir par vēlu.",
      "Viņš nekad neatgriezīsies šajā mājā.",
    ],
  ],
  [
    "et",
    ["windows-1257", "windows-1252"],
    [
      "Miks sa mulle seda varem ei öelnud?",
      "Aitäh, et te tulite. Võtke istet.",
      "Ma arvan, et juba on liiga hilja, härra.",
      "Ära mine sinna öösel, see on õudne.",
    ],
  ],
  [
    "vi",
    ["windows-1258"],
    [
      "Tại sao anh không nói với em sớm hơn?",
      "Cảm ơn ông đã đến. Mời ông ngồi.",
      "Tôi nghĩ rằng đã quá muộn rồi.",
      "Chìa khóa ở đâu? Có người đang đến.",
      "Em yêu anh nhiều lắm, anh biết không?",
    ],
  ],
  [
    "ru",
    ["windows-1251", "koi8-r", "iso-8859-5", "ibm866", "x-mac-cyrillic"],
    [
      "Почему ты мне раньше не сказал?",
      "Спасибо, что пришли. Садитесь, пожалуйста.",
      "Я думаю, что уже слишком поздно.",
      "Где ключи от машины? Кто-то идёт!",
      "Нет! Я никуда не поеду.",
      "Хорошо.",
    ],
  ],
  [
    "uk",
    ["windows-1251", "koi8-u"],
    [
      "Чому ти мені раніше не сказав?",
      "Дякую, що прийшли. Сідайте, будь ласка.",
      "Я думаю, що вже надто пізно, її немає.",
      "Де ключі від машини? Хтось іде!",
    ],
  ],
  [
    "bg",
    ["windows-1251"],
    [
      "Защо не ми каза по-рано?",
      "Благодаря ви, че дойдохте. Седнете, моля.",
      "Мисля, че вече е твърде късно.",
      "Къде са ключовете? Някой идва!",
    ],
  ],
  [
    "sr",
    ["windows-1251"],
    [
      "Зашто ми то ниси рекао раније?",
      "Хвала вам што сте дошли.",
      "Мислим да је већ прекасно, човече.",
      "Где су кључеви? Неко долази, ћути!",
    ],
  ],
  [
    "el",
    ["windows-1253", "iso-8859-7"],
    [
      "Γιατί δεν μου το είπες νωρίτερα;",
      "Ευχαριστώ που ήρθατε. Καθίστε, παρακαλώ.",
      "Νομίζω ότι είναι πολύ αργά πια.",
      "Πού είναι τα κλειδιά; Κάποιος έρχεται!",
      "Όχι, δεν θέλω να πάω.",
    ],
  ],
  [
    "he",
    ["windows-1255"],
    [
      "למה לא אמרת לי קודם?",
      "תודה שבאתם. שבו, בבקשה.",
      "אני חושב שכבר מאוחר מדי.",
      "איפה המפתחות? מישהו בא!",
      "לא, אני לא רוצה ללכת.",
    ],
  ],
  [
    "ar",
    ["windows-1256", "iso-8859-6"],
    [
      "لماذا لم تخبرني من قبل؟",
      "شكرا على حضوركم. تفضلوا بالجلوس.",
      "أعتقد أن الوقت قد فات الآن.",
      "أين المفاتيح؟ هناك شخص قادم!",
      "لا، لا أريد أن أذهب.",
    ],
  ],
  [
    "fa",
    ["windows-1256"],
    [
      "چرا زودتر به من نگفتي؟",
      "ممنون که آمديد. بفرماييد بنشينيد.",
      "من فكر مي‌كنم كه ديگر خيلي دير شده.",
      "كليدها كجاست؟ يك نفر دارد مي‌آيد، پدر!",
    ],
  ],
  [
    "th",
    ["windows-874"],
    [
      "ทำไมคุณไม่บอกฉันก่อนหน้านี้",
      "ขอบคุณที่มา เชิญนั่งครับ",
      "ฉันคิดว่ามันสายเกินไปแล้ว",
      "กุญแจอยู่ที่ไหน มีคนกำลังมา",
      "ไม่ ฉันไม่อยากไป",
    ],
  ],
  [
    "zh-Hans",
    ["gb18030"],
    [
      "你为什么不早点告诉我？",
      "谢谢你们能来，请坐。",
      "我想现在已经太晚了。",
      "钥匙在哪里？有人来了！",
      "不，我不想去。",
    ],
  ],
  [
    "zh-Hant",
    ["big5", "gb18030"],
    [
      "你為什麼不早點告訴我？",
      "謝謝你們能來，請坐。",
      "我想現在已經太晚了。",
      "鑰匙在哪裡？有人來了！",
      "不，我不想去。",
    ],
  ],
  [
    "ja",
    ["shift_jis", "euc-jp"],
    [
      "どうしてもっと早く教えてくれなかったの？",
      "来てくれてありがとう。どうぞ座ってください。",
      "もう遅すぎると思います。",
      "鍵はどこだ？誰か来る！",
      "いや、行きたくない。",
      "コーヒーをください。",
    ],
  ],
  [
    "ko",
    ["euc-kr"],
    [
      "왜 진작 나한테 말 안 했어?",
      "와 주셔서 감사합니다. 앉으세요.",
      "이미 너무 늦은 것 같아요.",
      "열쇠는 어디 있어? 누가 온다!",
      "아니, 난 가기 싫어.",
    ],
  ],
];
