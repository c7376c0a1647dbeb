// English: the words of src/help.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "Help",
  search: "What do you want to know?",
  searchHint: "Password, change photo, bus …",
  found: (count) => (Number(count) === 1 ? "1 answer" : `${count} answers`),
  none: "No answer found",
  noneText: "Try another word, or look through the subjects. You can also ask a person:",
  clear: "Show all questions",
  fitting: "This may be about you now",
  withoutPasswordPage: {
    forgot_password: ["Ask IT help at your school. They can set a new password for you.", "Come back here and log in with the new password. It may take a minute or two before it works."],
    login_refused: [
      "Make sure that you choose the right school or county at Feide. If you have changed schools, choose the new one.",
      "If you are not sure about the password, ask IT help at your school.",
      "If Feide says that you have no access to the service, the school must turn it on. IT help can answer that as well.",
    ],
  },
  groups: {
    start: "Getting started",
    login: "Logging in and being registered",
    card: "The card",
    photo: "The photo",
    code: "The code you show",
    library: "The library card",
    phone: "The phone",
    check: "Checking others",
    more: "Contacts and more",
  },
  topics: {
    what_it_is: {
      q: "What is Lommebevis?",
      a: [
        "The county's digital cards in one app: student ID for pupils, apprentice ID, training candidate ID, and your library card.",
        "Pupils get their card from the school's records. Apprentices and training candidates get theirs from their contract.",
        "The library card is a card of its own. It needs no photo, and it is shown once the school has registered a library code for you.",
      ],
      s: "student card apprentice training candidate library card school id app about pocket id",
    },
    get_started: {
      q: "How do I get started?",
      a: [
        "Download the app and log in with Feide, with the same username and password as at school.",
        "If the school has a photo of you, you confirm it. If not, you take one here.",
        "That is all: the card is on your phone and works even without a network.",
      ],
      s: "download install begin first time log in fetch card no card missing card",
    },
    when_ready: {
      q: "When is my card ready?",
      a: [
        "Pupils can fetch it when school starts, as soon as the school has registered them. Apprentices and training candidates can fetch it when their contract is approved.",
        "If the county uses text messages, you get one when the card is ready. You can log in and look at any time, with or without a message.",
        "The records are read again every night. If you were registered today, try tomorrow.",
      ],
      s: "sms text message ready start of school wait contract approved not received",
    },
    where_used: {
      q: "Where can I use the card?",
      a: [
        "As ID at exams, on buses and trains when you have a pupil or youth ticket, and for student discounts.",
        "Each shop, each transport company and each exam decides for itself whether to accept it. Ask beforehand if it matters, and bring other ID to exams.",
        "Show the code, so that those who check can see that the card is genuine.",
      ],
      s: "bus train tram travel ticket inspector discount shop cinema exam id accepted valid",
    },
    forgot_password: {
      q: "I have forgotten my Feide password",
      a: [
        "Open the county's password page and choose “forgot password”. There you can set a new one.",
        "Wait a minute or two, come back here and log in with the new password.",
        "If it still does not work, IT help at your school can set a new password for you.",
      ],
      s: "password wrong username change password new password cannot get in login sign in feide not working",
    },
    login_refused: {
      q: "Feide does not let me in",
      a: [
        "Make sure that you choose the right school or county at Feide. If you have changed schools, choose the new one.",
        "Try your password on the county's password page. If it is wrong, set a new one there.",
        "If Feide says that you have no access to the service, the school must turn it on. Ask IT help at your school.",
      ],
      s: "feide refused denied access wrong school chosen login sign in no access",
    },
    login_stuck: {
      q: "The login stopped or was cancelled",
      a: [
        "You log in using the browser. If you close it, or take more than a few minutes, you have to start again. Nothing is lost.",
        "Use the window that the app opens. An old tab or a saved link does not work.",
        "If no browser opens, choose a default browser in the device's settings.",
      ],
      s: "browser hangs loading cancelled timeout too long safari chrome does not open back to the app",
    },
    signed_out: {
      q: "Why am I logged out?",
      a: [
        "The card can be on one phone at a time. When you log in on a new one, the old one is logged out.",
        "The school or the county may also have logged you out, because somebody reported the phone lost.",
        "Log in with Feide here, and this is your phone again. If you do not know who logged in somewhere else, change your Feide password.",
      ],
      s: "signed out thrown out other device other phone lost logged off",
    },
    not_registered: {
      q: "I got in, but you cannot find me",
      a: [
        "Then you are not in the records yet, or some of your details are missing there. That is common in the first days after school starts.",
        "The records are read again every night. Try again tomorrow. You don't need to log in again.",
        "If we still cannot find you, the school must check that you are registered. Apprentices and training candidates ask the training office.",
      ],
      s: "not registered cannot find me unknown new pupil my school does not use start of school not on the list tomorrow",
    },
    record_incomplete: {
      q: "Some of my details are missing",
      a: [
        "The card must have a name, a date of birth, a school or company and some other details. If any of them is missing from the records, we cannot make the card.",
        "Pupils ask the school office to fill it in. Apprentices and training candidates ask the training office.",
        "What is filled in today is here tomorrow.",
      ],
      s: "missing incomplete class date of birth programme school field too little data",
    },
    school_not_enabled: {
      q: "My school does not use Lommebevis",
      a: [
        "If it says that your school has not joined, it has not begun to use the app yet. The county and the school decide when.",
        "If it says instead that we cannot find you, the school has joined, but you are not registered yet. Then you can try again tomorrow.",
        "Ask the school how to get a card until then.",
      ],
      s: "school not included not joined in use private school not turned on pocket id",
    },
    no_right: {
      q: "It says that I have no right to a card now",
      a: [
        "The card is for as long as you are a pupil or have a contract. Before the first day and after the last there is no card to fetch.",
        "Guest pupils get a card from the school they really belong to. Some kinds of education are not included.",
        "If that is wrong, it is the records that must be corrected. Ask the school or the training office to look at it.",
      ],
      s: "no right left finished interrupted guest pupil external candidate adult not started contract type period over",
    },
    service_down: {
      q: "The service does not answer, or says no",
      a: [
        "Something is then wrong at Feide or at the county, not with you. Wait a little and try again.",
        "A card that you have already fetched works as before. Show the code as usual.",
        "If this goes on, or the service says no several times, get in touch and give the support code.",
      ],
      s: "down error server error message not working problems feide does not answer refused",
    },
    changed_class: {
      q: "I have changed class or school, but it does not show",
      a: [
        "The app shows what is in the records. They are read every night, so a change today shows tomorrow.",
        "Press “Update” tomorrow. If it is still old, it has not been changed in the records yet.",
        "Then the school must correct it. For apprentices and training candidates it is the training office.",
      ],
      s: "new class change class wrong class changed school programme old not updated changed",
    },
    wrong_details: {
      q: "Something on the card is wrong",
      a: [
        "Nothing can be changed in the app, because everything comes from the records. Those who keep the records must correct it.",
        "If you are a pupil, it is the school. If you are an apprentice or a training candidate, it is the training office.",
        "Under “Something wrong on the card?” you choose what is wrong, and get a message ready to send. The correction shows the day after.",
      ],
      s: "wrong name wrong date of birth wrong school wrong company correct edit name changed name spelling details",
    },
    offline: {
      q: "Does the card work without a network?",
      a: [
        "Yes. The card, the code and the library card are on your phone and work without a network, for you and for whoever checks.",
        "Connect now and then, best every day, so that the app can update. After many days without a network the card must be updated before the code is accepted.",
        "To log in and to send a photo you need a network. On the school's wifi you may have to log in to the network first.",
      ],
      s: "internet wifi mobile data coverage offline no network no connection flight mode",
    },
    needs_refresh: {
      q: "Why must the card be updated?",
      a: [
        "The app updates the card every day when it has a network. If it has not been able to for some days, nobody can be sure that the card is still valid.",
        "Connect to a network and press “Update”. Nothing is lost by updating, not even if it fails.",
      ],
      s: "needs update old unknown status refresh reload last updated",
    },
    expired: {
      q: "The card runs out or has expired",
      a: [
        "The card is for one term, or until your contract ends. If you go on, the new one comes by itself when you update.",
        "If it does not, you are not registered for the new term yet. Try again tomorrow, and then ask those who keep the records.",
      ],
      s: "expired run out date extend renew new term last day holiday",
    },
    blocked: {
      q: "My card is stopped",
      a: [
        "The county or the school can stop a card, for example if somebody else has used it. Whoever checks it sees that at once.",
        "The app says why, for how long, and who you can ask. After the last day the card is valid again when you update.",
        "If you think it is wrong, appeal to those named below. You can usually still use the library card.",
      ],
      s: "blocked stopped misuse appeal complain reason how long suspended temporarily",
    },
    revoked: {
      q: "The card is withdrawn",
      a: [
        "That happens when you have logged in on a new phone, when your photo has been unlocked, or when the phone was reported lost.",
        "If you still have a right to a card, you fetch a new one: update. If that does not help, log out and in again with Feide.",
      ],
      s: "withdrawn revoked invalid deleted red cross no longer valid",
    },
    is_it_real: {
      q: "How do others see that the card is genuine?",
      a: [
        "They scan your code with Lommebevis or with their camera. Their own screen then checks the county's signature, so they don't have to trust yours.",
        "“Check validity” asks the county and shows you the answer. That is useful to you, but the code is the proof.",
        "The moving pattern is only decoration.",
      ],
      s: "genuine fake prove valid validity check control pattern green",
    },
    two_cards: {
      q: "I am both a pupil and an apprentice",
      a: [
        "Then you get one card for each. They are side by side in the app, and you choose which one to show.",
        "If one is missing, it is missing in the records: the school keeps the pupils' records, the training office those of apprentices and training candidates.",
      ],
      s: "two cards several cards both training candidate switch card wrong type",
    },
    photo_needed: {
      q: "Why do I need a photo, and how do I get a good one?",
      a: [
        "Whoever checks the card must see that it is yours. So it must have a photo of your face. The library card needs no photo.",
        "Look straight into the camera, with light on your face and a calm background. The app tells you if something could be better. Hijab, glasses and beard are fine when the face shows.",
        "If a selfie is difficult, somebody else can take the photo. Only your phone looks at the picture while you take it.",
      ],
      s: "selfie take photo picture portrait camera photo missing light background hijab glasses approved requirements",
    },
    photo_locked: {
      q: "I want to change my photo",
      a: [
        "The photo is locked when you confirm it, and cannot be changed in the app. That way nobody can lend their card to somebody else.",
        "If you are a pupil, the school can unlock the photo. If you are an apprentice or a training candidate, it is the county. Say why you want to change it.",
        "When the photo is unlocked, press “Update” and take a new one. The old card is not valid from then on.",
      ],
      s: "change photo new photo edit picture locked ugly picture old picture unlock reset",
    },
    photo_not_me: {
      q: "The photo is not of me, or was replaced",
      a: [
        "Answer “This is not me”. Then the photo is not used, the school is told, and you can take a new one.",
        "If the school put in a new photo while you were looking at the old one, the app shows the new one. Look at it and answer again.",
        "If you said yes to the wrong photo, it is locked. Then the school or the county must unlock it.",
      ],
      s: "wrong person wrong photo somebody else not me replaced confirm photo",
    },
    photo_waiting: {
      q: "What happens to the photo I sent?",
      a: [
        "Somebody at the school will look at the photo. You don't have to do anything more. Open the app again later to see the answer.",
        "If the photo came back, it says what could be better. Take a new one and send it.",
        "If it takes many days, ask those named below.",
      ],
      s: "waiting approve approval sent back returned refused photo not approved answer",
    },
    photo_fails: {
      q: "I cannot take or send the photo",
      a: [
        "Let the app use the camera in the device's settings. You can also choose a picture that you already have.",
        "If the photo is not accepted after three tries, you can send it anyway. Then somebody at the school looks at it.",
        "There is a limit to how many photos you can send in a day. Try again tomorrow, or ask the school to put in a photo.",
      ],
      s: "camera not working black access too many tries cannot be read blurred no face found not accepted",
    },
    not_scanning: {
      q: "My code does not scan",
      a: [
        "Turn the brightness all the way up, wipe the screen, and turn off night light, dark filters and power saving.",
        "Hold the phone still, straight towards the scanner, a hand's width away. The whole white square must be seen. Keep sunlight off the screen.",
        "If the checker uses an ordinary camera, press “The checker does not have the app” under the code. If your screen is cracked, see the help for broken phones.",
      ],
      s: "not scanning does not read qr code brightness bright screen dark scan scanner bus cannot read checker no code found",
    },
    who_sees_what: {
      q: "What do others see when I show the code?",
      a: [
        "Only what the code is made for. For discounts that is your first name, for age only whether you are over 16, 18 and 20. Your national identity number is never in it.",
        "Under “What do others see?” you see it with your own details, as the checker sees it.",
        "The county is not told who checked you, where or when.",
      ],
      s: "privacy share show tracking followed surveillance who sees national identity number profile discount age travel",
    },
    photo_code: {
      q: "What is the photo code?",
      a: [
        "A separate code with a small photo of you. The checker scans it right after the check code, and then sees the photo on their own screen, even without a network.",
        "It does not say your name, and proves nothing on its own.",
      ],
      s: "photo code show photo code checker wants to see photo",
    },
    checkers_code: {
      q: "The checker shows me a code",
      a: [
        "That is a secure check. Press “Show code”, then “Answer a check code”, and scan the checker's code.",
        "Your phone then makes an answer that is valid only there and then. Hold it up, and the checker scans it.",
      ],
      s: "answer a check code secure check scan the checker challenge",
    },
    screenshot: {
      q: "Can I use a screenshot of the code?",
      a: [
        "No. The code changes every 15 seconds, and an old one is refused. Show the code straight from the app.",
        "A code that has been filmed or passed on stops working in less than a minute. Only show it to the person checking.",
      ],
      s: "screenshot screen dump picture of the code send copy lend",
    },
    clock: {
      q: "The app says that the clock is wrong",
      a: [
        "The code holds the time. If the phone's clock is wrong, the code may be refused.",
        "Open the device's settings, find “Date and time” and turn on automatic time. Then come back here.",
      ],
      s: "clock time date wrong time automatic time zone",
    },
    library_missing: {
      q: "I have no library card in the app",
      a: [
        "Then no library code is registered for you. For pupils, the school puts it in.",
        "Pupils ask the office or the library at their school. Apprentices and training candidates ask the training office. The code comes here the next time the app updates, usually the day after.",
      ],
      s: "library missing library card library code borrower number no tab borrow books",
    },
    library_wrong: {
      q: "The library code is wrong",
      a: [
        "Compare the digits under the code with what the library has. If they are wrong, the school must correct them. They cannot be changed in the app.",
        "The correction comes here the next time the app updates. Until then the library can look you up by name.",
      ],
      s: "wrong library code wrong borrower number wrong number library other person",
    },
    library_not_scanning: {
      q: "The library cannot scan my card",
      a: [
        "Turn the brightness all the way up, turn off dark filters, and hold the phone still, straight towards the scanner.",
        "Some scanners cannot read from a screen. Then the number under the code can be typed in. You can copy it too.",
        "If it happens every time, tell the school: it can choose another kind of code.",
      ],
      s: "not scanning barcode library cannot read lending machine brightness",
    },
    new_phone: {
      q: "I have a new phone",
      a: ["Log in on the new one, and you are done."],
      s: "change phone new mobile move transfer backup iphone android",
    },
    lost_phone: {
      q: "I have lost my phone",
      a: ["How to stop the card on the old one, and get it back."],
      s: "lost stolen gone theft found mobile report",
    },
    second_phone: {
      q: "Can I have the card on two phones?",
      a: ["No, on one at a time. How to switch from one to the other and back."],
      s: "two phones tablet ipad two devices both mobile extra phone",
    },
    broken_phone: {
      q: "My phone is broken or the battery is flat",
      a: ["The card is safe. How to show it all the same."],
      s: "cracked screen broken battery flat power charge dead not working repair",
    },
    exam_without_phone: {
      q: "I have no phone at the exam",
      a: ["How to get in all the same."],
      s: "exam without phone mobile id passport invigilator left phone at home",
    },
    stored_unreadable: {
      q: "What is stored cannot be read",
      a: [
        "That happens when the app was moved from another phone, or when the file is damaged. You still have the right to the card.",
        "Choose “Start again” and log in with Feide. Then you fetch the card again, and the photo is the same.",
      ],
      s: "damaged key gone start again moved reset backup stored",
    },
    key_store: {
      q: "The app cannot find the key store, or it is locked",
      a: [
        "The key to the card is in the device's own secure store. It must be turned on and unlocked.",
        "Unlock the device, turn on a screen lock and start the app again. On a PC with Linux the keyring must be unlocked.",
      ],
      s: "keyring keychain keystore screen lock locked key store pin",
    },
    app_open: {
      q: "The app says that it is already open",
      a: ["Lommebevis is running in another window. Use that one, or close it and try again.", "If you cannot find the window, restart the device."],
      s: "already open two windows running",
    },
    update_app: {
      q: "I must update the app",
      a: [
        "What is stored was made by a newer version than the one you have now. Install the newest from where you got the app.",
        "Nothing is deleted. Afterwards everything is there as before.",
      ],
      s: "update app new version app store google play install",
    },
    check_how: {
      q: "How do I check a card?",
      a: [
        "Press “Check a card” and scan the code. You don't need to log in, and it works without a network.",
        "Look at the answer and compare the photo with the person. Ask for the photo code if you want the photo on your own screen.",
        "Never accept a screenshot, or just a green mark on somebody else's phone.",
      ],
      s: "check checker scan verify others shop bus inspector invigilator",
    },
    check_lists: {
      q: "The check says that lists are missing or old",
      a: [
        "Checking is based on two lists from the county: who issues cards, and which cards are stopped. They must be fetched once, and renewed now and then.",
        "Connect to a network and press “Update”. After that checking works without a network.",
      ],
      s: "lists status list update old uncertain check issuer",
    },
    check_challenge: {
      q: "The code in a secure check was not accepted",
      a: [
        "Each check code is valid for one answer and only for a short while. Show a new one and scan the answer again.",
        "The person must scan your code from “Answer a check code” in the app. An ordinary QR code will not do.",
      ],
      s: "secure check check code too old used answer challenge",
    },
    exam_list: {
      q: "I cannot open the list of candidates for the exam",
      a: [
        "The file must come from the county or the school, unchanged. Get it again from whoever made it.",
        "The list is for one day and deletes itself afterwards. If the day was moved, a new one must be made.",
        "Update the lists of the checker first if the app does not know who signed it.",
      ],
      s: "candidates exam room file invigilator list open roster",
    },
    who_to_ask: {
      q: "Who do I ask?",
      a: [
        "Pupils: the school office helps with the app, the photo, your details and the library code. The school's IT help is there for technical things and Feide.",
        "Apprentices and training candidates: the training office has your details corrected. The county helps with the photo and everything else.",
        "If you have a support code, give it. You never need to give your national identity number or a password.",
      ],
      s: "contact help call telephone number e-mail support human person office reception",
    },
    support_code: {
      q: "What is a support code?",
      a: [
        "A short code that says exactly what went wrong. It says nothing about you, so you can safely read it out or send it.",
        "If it happens once, try again. If it happens again, give the code and say what you did just before.",
      ],
      s: "error code error message code LB error something went wrong crash",
    },
    app_setup: {
      q: "The app is not set up correctly",
      a: [
        "What the app knows about the county is missing or wrong. It is not something you have done.",
        "Install the app again, and make sure that it is the app of your own county. If that does not help, give the support code to the county.",
      ],
      s: "setup settings county wrong app install again",
    },
    what_is_stored: {
      q: "What is stored about me?",
      a: [
        "The card, the library card and the history are encrypted on this device. The days and numbers from the MinID help are not. Your national identity number is not in the app.",
        "The county has what it needs to make the card, taken from the records, and your photo. The app sends nothing to anybody else.",
        "If you log out, the card, the library card, the history and the MinID days are deleted. Your language and your choice of notifications stay. If you have been an invigilator, the lists stay until the day of the exam is over, or until you choose “Remove everything from this device”.",
      ],
      s: "privacy gdpr delete data stored export access security",
    },
    app_lock: {
      q: "Can I lock the app?",
      a: [
        "Yes, if the device can be unlocked with a fingerprint, your face or a code. Turn on the app lock in the settings of this app.",
        "The app locks itself when it has been away for a minute. Checking others and help need no unlocking.",
      ],
      s: "app lock pin fingerprint face id touch id biometrics security lend phone",
    },
    reminders: {
      q: "Which notifications do I get?",
      a: [
        "The app tells you when the card is ready, when it soon runs out or must be updated, when the school has unlocked or sent back your photo, and when there is something to remember about MinID.",
        "The device must allow notifications from the app. On a computer they come only while the app is open.",
        "Nothing about you is shown on the lock screen. You can turn notifications off in the settings.",
      ],
      s: "notification alert reminder turn off sound",
    },
    language: {
      q: "How do I change the language?",
      a: ["Open the menu and choose Norwegian (two written forms) or English. The choice is for this device only."],
      s: "language norwegian english sami",
    },
    minid: {
      q: "I need MinID to apply for upper secondary school",
      a: [
        "MinID no longer comes by itself. You order a letter, wait for the post, and register with the code in the letter.",
        "The MinID help shows you step by step. The app can notify you of the dates, and you can put them in your calendar. You don't need to log in.",
      ],
      s: "minid min id vigo application pin code letter order activation letter lower secondary tenth",
    },
  },
  actions: {
    log_in: "Log in with Feide",
    refresh: "Update now",
    code: "Show code",
    validity: "Check validity",
    photo: "Take or choose a photo",
    library: "Show my library card",
    password: "Open the password page",
    own_page: "Open My page",
    checker: "Check a card",
    exams: "Open exam rooms",
    minid: "Open the MinID help",
    wrong_data: "Something wrong on the card?",
    disclosed: "What do others see?",
    phones: "Help with the phone",
    menu: "Open the menu",
    mine: "See what is stored",
    settings: "Open settings",
  },
  doNow: "Do this now",
  yourCase: "How things are for you now",
  nextRead: (when) => `The records are read next ${when}.`,
  lastRead: (when) => `The app was last updated ${when}.`,
  who: "Who can help?",
  tellCode: "Give this code when you ask:",
  noContacts: "When you have logged in, your contacts are listed here. Until then: the school office, the training office if you are an apprentice, or the county.",
  next: "See also",
  all: "All questions",

  phones: {
    title: "The phone",
    lead: "New, lost or broken? There is always a way back to your card.",
    guides: {
      new_phone: [
        { title: "Install Lommebevis on the new phone", text: "If you moved everything from the old one, the app may ask you to start again. That is as it should be: the key to the card never comes along." },
        { title: "Log in with Feide there", text: "The card and the library card come by themselves." },
        { title: "The photo is the same", text: "It is still locked, so you don't need to take a new one." },
        { title: "The old one stops", text: "The card on the old phone is withdrawn by itself. Choose “Log out” there before you give it away, and everything is deleted." },
      ],
      lost_phone: [
        { title: "Log in on another phone", text: "Then the card on the one you lost is withdrawn. It can be a new phone, an old one or one you borrow. If you borrow one, do not let the browser save your password." },
        { title: "Or log it out on My page", text: "Use the browser of any computer and log in with Feide. There you see your phones, and log out the one you lost. The card on it stops being valid at once." },
        { title: "If you have no phone, call", text: "The county can log out all your phones, at once. The school or the training office can ask for it." },
        { title: "Did you borrow the phone?", text: "Choose “Log out” in the menu when you are done, and log out of Feide in the browser as well. Otherwise others can use your login there. What is stopped stays stopped." },
        { title: "Could somebody have seen your password?", text: "Change your Feide password at once. If you don't know how, ask IT help at your school." },
        { title: "Did you find it again?", text: "Log in on it again, and everything is as before." },
      ],
      second_phone: [
        { title: "The card is on one phone at a time", text: "That way nobody can use a copy of your card. When you log in on another phone, the card on the first is withdrawn." },
        { title: "You can switch as often as you like", text: "Log in on the one you are going to use. You need a network, but no new photo." },
        { title: "The library card stays", text: "On the first phone it is shown until you log out there, but it is not updated." },
      ],
      broken_phone: [
        { title: "Is the screen cracked?", text: "The code can often be read all the same, with the brightness all the way up. Keep the whole code within the good part of the screen." },
        { title: "Is the battery flat?", text: "Charge it a little. The card works without a network as soon as the phone is on." },
        { title: "Can't it be used?", text: "Log in with Feide on another phone. Then the card moves there, and the one on the broken phone stops. If the phone is borrowed, do not let the browser save your password, and log out both of the app and of Feide in the browser afterwards." },
        { title: "Going to be repaired?", text: "Choose “Log out” first if you can. Otherwise log in on another phone." },
        { title: "No phone in the meantime?", text: "Ask the school what you can show until then, and bring other ID." },
      ],
      exam_without_phone: [
        { title: "Bring other ID", text: "Passport, national ID card or a driving licence with a photo. Do this in any case: the exam venue decides what is accepted." },
        { title: "Tell the invigilator at once", text: "In many places the invigilator has a list of the candidates and can register you by hand. Some lists have photos." },
        { title: "Do you have time before the exam?", text: "You can log in on a phone you borrow and show the code at the door. Do not let the browser save your password, and log out both of the app and of Feide in the browser afterwards. This logs your own phone out, so you have to log in there again." },
        { title: "If you are not sure, call the school first", text: "They can tell you the rules where you take the exam." },
      ],
    },
    stillStuck: "Still stuck?",
  },

  wrong: {
    title: "Something wrong on the card?",
    lead: "Choose what is wrong, and we say who corrects it.",
    library: "Library card",
    fields: {
      name: "Name",
      birth_date: "Date of birth",
      institution: "School",
      company: "Company",
      class: "Class",
      programme: "Education programme",
      student_number: "Pupil number",
      period: "Period (from and to)",
      card_type: "Kind of card",
      photo: "Photo",
      library_code: "Library code",
    },
    none: "Missing",
    whoMends: "Who corrects it",
    isWrong: (field) => `Wrong: ${field}`,
    whyUnknown: "It cannot be changed in the app, because it comes from the records. If you are a pupil, the school keeps them. If you are an apprentice or a training candidate, it is the training office.",
    whyPupil: "It cannot be changed in the app, because it comes from the school's records. The school keeps them.",
    whyApprentice: "It cannot be changed in the app, because it comes from your contract in the records. The training office can ask for it to be corrected.",
    whyPhotoPupil: "The photo is locked once confirmed, so that nobody can lend out their card. The school can unlock it. Then you take a new one.",
    whyPhotoApprentice: "The photo is locked once confirmed, so that nobody can lend out their card. The county can unlock it. Then you take a new one.",
    whyLibrary: "The code comes from the library, and the school puts it in. It cannot be changed in the app.",
    when: "When will you see it?",
    whenText: "The records are read every night. What is corrected today is here tomorrow. Press “Update” if it does not come by itself.",
    whenPhoto: "As soon as the photo is unlocked: press “Update” and take a new one.",
    message: "A message, ready to send",
    messageText: "The message says which detail is wrong and nothing else about you. Add what is needed yourself. Never send your national identity number.",
    write: "Write an e-mail",
    writeTo: (name) => `Write an e-mail to ${name}`,
    copy: "Copy the message",
    subject: (field) => `Mistake in Lommebevis: ${field}`,
    body: (field) => `Hello,\n\nSomething is wrong on my card in Lommebevis.\n\nThis is wrong: ${field}\nIt should be: \n\nCan you correct it in the records?\n\nRegards\n`,
    bodyPhoto: "Hello,\n\nI need a new photo in Lommebevis. Can you unlock my photo?\n\nThe reason is: \n\nRegards\n",
    bodyLibrary: "Hello,\n\nMy library code in Lommebevis is wrong or missing. Can you put in the right one?\n\nRegards\n",
    nothing: "When you have logged in and have a card, you can choose on this page what is wrong.",
  },

  disclosed: {
    title: "What do others see?",
    lead: "You choose what the code shows. This is what the person scanning it sees:",
    choose: "Choose what the code is made for",
    photo: "Photo code",
    when: {
      exam: "For the invigilator.",
      travel: "For the inspector on the bus and the train.",
      discount: "For the shop, the cinema and the gym.",
      age: "For those who only need to know how old you are.",
      photo: "Scanned after the check code, so that the photo comes up on the checker's screen.",
    },
    seen: "They see this",
    unseen: "They do not get",
    things: {
      surname: "your family name",
      name: "your name",
      birth_date: "your date of birth",
      institution: "your school or company",
      class: "your class",
      student_number: "your pupil number",
      programme: "your education programme",
      library: "your library code",
    },
    fingerprint: "The code also has a kind of fingerprint of the photo, so that nobody can replace it. The photo itself comes only with the photo code.",
    always: "The county's name and the proof that the code is genuine always come along.",
    screen: "Whoever looks at your screen sees your photo beside the code.",
    never: "Never",
    neverText: "National identity number, address, telephone number, grades and absence are in no code. They are not in the app at all.",
    trace: "No trace at the county",
    traceText: [
      "Whoever checks fetches the whole list of stopped cards and looks for themselves. The county is not told that you were checked, by whom or where.",
      "At exams the invigilator notes that you have come. That is on the invigilator's device and is deleted after the day, but the school may keep a printout.",
      "If somebody scans the code as a link with an ordinary camera, it may stay in their browser's history.",
    ],
    nothing: "When you have fetched a card, you see it here with your own details.",
    showCode: "Show code",
  },
};
