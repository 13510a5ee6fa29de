//! The phrase lists: what people say around a question, and how they ask for a human.
//!
//! Words in lower case without punctuation or apostrophes, one language a line. A
//! phrase here is dropped at the beginning and the end of a sentence, so none may be
//! something that a question needs.

/// Greetings, thanks, agreement and farewells; phrases parted by commas.
pub(super) const COURTESIES: &[&str] = &[
    "hi,hello,hey,hiya,howdy,yo,hi there,hello there,hey there,hi all,hi team,hi everyone,hello everyone,good morning,good \
     afternoon,good evening,good day,greetings,morning,evening,dear sir or madam,dear sir,dear madam,dear team,dear support,to \
     whom it may concern,hope you are well,i hope you are well,hope youre well,i hope youre doing well,how are you,how are you \
     doing,how are you today,how are you doing today,hows it going,nice to meet you,welcome back",
    "thanks,thank you,thankyou,thx,tnx,tx,ty,tysm,thanx,many thanks,thanks a lot,thanks a bunch,thanks a million,thanks so \
     much,thanks very much,thank you so much,thank you very much,thank u,thanks again,thank you again,thanks in advance,thank \
     you in advance,thanks for your help,thank you for your help,thanks for the help,thank you for the help,thanks for the \
     info,thank you for the information,thanks for your time,much appreciated,i appreciate it,i appreciate your help,really \
     appreciate it,appreciate it,any help is appreciated,any help would be appreciated,cheers,bless you,you are a star",
    "ok,okay,okey,kk,k,okey dokey,alright,all right,sure,fine,great,good,perfect,excellent,awesome,amazing,brilliant,cool,nice,\
     lovely,wonderful,super,fantastic,got it,i got it,i see,understood,noted,makes sense,that makes sense,will do,sounds good,\
     sounds great,that is great,thats great,thats perfect,that is perfect,thats all,that is all,that will be all,thats it,no \
     problem,no worries,very good,very helpful,that was helpful,that helped,that helps,that worked,it worked,it works now,\
     works now,problem solved,solved,yes,yeah,yep,yup,yes please,yes it did,yes thanks,oh,ah,aha,hmm,wow,lol,haha,right,ok then",
    "bye,goodbye,bye bye,good bye,see you,see ya,see you later,take care,have a nice day,have a good day,have a great day,have a \
     nice weekend,have a good one,good night,best,best regards,kind regards,regards,warm regards,with kind regards,yours \
     sincerely,yours faithfully,sincerely,sent from my iphone,sent from my phone",
    "hei,hei hei,heisann,hallo,hallo der,hei der,hei på deg,hei alle,god dag,god morgen,god kveld,god ettermiddag,morn,takk,takk \
     skal du ha,takk skal dere ha,tusen takk,mange takk,tusen hjertelig takk,hjertelig takk,takk for hjelpen,takk for hjelp,\
     takk for svar,takk for svaret,takk for meg,takk igjen,takk på forhånd,på forhånd takk,ok takk,den er god,den er grei,\
     greit,fint,flott,supert,topp,bra,så bra,så fint,kjempebra,perfekt,skjønner,forstått,jeg skjønner,ja,ja takk,jepp,det \
     hjalp,det virket,det fungerte,det funket,da er det i orden,ha det,ha det bra,ha det fint,hade,ha en fin dag,ha en god dag,\
     god helg,hilsen,mvh,vennlig hilsen,med vennlig hilsen,beste hilsen,med beste hilsen,håper alt er bra",
    "hej,hej hej,hejsan,hallå,tjena,tja,tjenare,hej på er,god dag,goddag,god morgon,godmorgon,god kväll,godkväll,tack,tack så \
     mycket,tack så jättemycket,tusen tack,stort tack,många tack,tackar,tack ska du ha,tack för hjälpen,tack för hjälp,tack för \
     svar,tack för svaret,tack på förhand,tack igen,ok tack,okej,okej tack,bra,jättebra,toppen,perfekt,utmärkt,suveränt,fint,\
     kanon,jag förstår,förstår,uppfattat,ja,ja tack,japp,jo,det hjälpte,det fungerade,det funkade,nu funkar det,hej då,hejdå,ha \
     det bra,ha det så bra,ha en bra dag,ha en fin dag,trevlig helg,hälsningar,mvh,vänliga hälsningar,med vänliga hälsningar,\
     med vänlig hälsning,bästa hälsningar",
    "hejsa,hej med jer,hej med dig,davs,dav,halløj,goddag,god morgen,godmorgen,god aften,godaften,tak,mange tak,tusind tak,tak \
     skal du have,tak skal i have,tak for hjælpen,tak for hjælp,tak for svar,tak for svaret,på forhånd tak,tak på forhånd,\
     endnu en gang tak,ok tak,okay tak,det er fint,fint,super,perfekt,godt,skønt,dejligt,forstået,det er forstået,javel,ja,ja \
     tak,jep,det hjalp,det virkede,nu virker det,farvel,hej hej,ha en god dag,hav en god dag,god weekend,hilsen,venlig hilsen,\
     med venlig hilsen,de bedste hilsner,vh,mvh",
    "moi,moikka,moro,hei,heippa,heipä hei,terve,terveisin,huomenta,hyvää huomenta,hyvää päivää,päivää,hyvää iltaa,iltaa,kiitos,\
     kiitti,kiitoksia,kiitos paljon,paljon kiitoksia,suuri kiitos,suuret kiitokset,iso kiitos,kiitos avusta,kiitos \
     vastauksesta,kiitos etukäteen,kiitos jo etukäteen,kiitos samoin,ok kiitos,selvä,selvä kiitos,hyvä,hienoa,mahtavaa,loistavaa,\
     mainiota,täydellistä,ymmärrän,asia selvä,joo,kyllä,kyllä kiitos,jep,juu,se auttoi,se toimi,nyt toimii,moi moi,hei hei,\
     näkemiin,hyvää päivänjatkoa,mukavaa päivänjatkoa,hyvää viikonloppua,ystävällisin terveisin,parhain terveisin,yt",
    "hallo,hallo zusammen,hi,guten tag,guten morgen,guten abend,moin,moin moin,servus,grüß gott,grüezi,sehr geehrte damen und \
     herren,liebes team,danke,danke schön,dankeschön,danke sehr,danke dir,danke ihnen,vielen dank,vielen lieben dank,besten \
     dank,herzlichen dank,tausend dank,ich danke ihnen,danke für die hilfe,danke für ihre hilfe,danke für deine hilfe,vielen \
     dank für die hilfe,vielen dank für ihre hilfe,vielen dank im voraus,danke im voraus,ok danke,gut,sehr gut,super,prima,toll,\
     perfekt,klasse,wunderbar,alles klar,alles gut,verstanden,verstehe,ich verstehe,in ordnung,ja,ja bitte,jap,genau,passt,das \
     hat geholfen,es hat geklappt,hat geklappt,jetzt geht es,tschüss,tschüs,ciao,auf wiedersehen,schönen tag,schönen tag noch,\
     einen schönen tag,einen schönen tag noch,schönes wochenende,gruß,grüße,viele grüße,liebe grüße,mit freundlichen grüßen,\
     freundliche grüße,beste grüße,mfg,lg,vg",
    "please help,help please,please help me,can you help me,could you help me,can you please help me,can anyone help,can \
     someone help me,i have a question,i have one question,quick question,just a quick question,a question,i need some help,i \
     need help,need help,kan du hjelpe meg,kan dere hjelpe meg,kan noen hjelpe meg,jeg har et spørsmål,jeg lurer på noe,kan du \
     hjälpa mig,kan ni hjälpa mig,jag har en fråga,kan du hjælpe mig,kan i hjælpe mig,jeg har et spørgsmål,voitko auttaa,\
     voitteko auttaa,minulla on kysymys,können sie mir helfen,kannst du mir helfen,ich habe eine frage,ich brauche hilfe",
];

/// How people ask for a human, as patterns over ` word word `.
pub(super) const FOR_HUMAN: &[&str] = &[
    // English
    r" (?:speak|talk|chat|speaking|talking) (?:to|with) (?:(?:a|an|the|your|some|one|another|any|real|actual|live|human|of|support|customer|service|care|sales|senior|different) )*(?:human|person|people|agent|agents|someone|somebody|anyone|anybody|representative|rep|operator|advisor|adviser|staff|employee|manager|supervisor|associate|specialist|assistant|service|support|team|consultant|being) ",
    r" (?:connect|transfer|put|forward|pass|redirect|switch|escalate|hand|get) (?:me|us|this|it) (?:(?:through|over|on|back|up) )*(?:(?:to|with|a|an|the|your|some|real|actual|live|human|support|customer) )*(?:human|person|agent|someone|somebody|representative|rep|operator|advisor|manager|supervisor|service|support team|support) ",
    r"^ (?:(?:please|i|want|need|a|an|get|give|me|would|like|id|the|ok|can|have|just|to|real|live|actual|human|customer|service|support) )*(?:human|real person|live person|live agent|human agent|agent|representative|operator|live chat|human being|real human|customer service|customer support)(?: (?:please|now|thanks|asap))* $",
    r" (?:is|are|am) (?:there|this|you|i) (?:(?:a|an|any|talking|speaking|to|with) )*(?:real|actual|live|human) (?:(?:person|human|people|agent|being) )?(?:(?:there|here|available|i|can|talk|speak|to) )*$",
    r" (?:not|no|dont want) (?:(?:to|talk|a|an|with|another|the|this|chat) )+(?:bot|robot|chatbot|machine) ",
    // Norwegian and Danish
    r" (?:snakke|snakket|prate|chatte|tale|talt|snakka|snakker|prata) med (?:(?:en|et|ei|noen|nogen|ekte|rigtig|rigtigt|virkelig|levende|ordentlig|fra|i|på|jer|dere|deres|jeres|hos) )*(?:menneske|person|kundeservice|kundebehandler|saksbehandler|sagsbehandler|medarbeider|medarbejder|kundeveileder|rådgiver|rådgiver|konsulent|agent|ansatt|noen|nogen|kundesenter|support|leder|sjef|chef) ",
    r" (?:sett|sette|sættes|sæt|stille|still|stil|koble|viderestil|viderestille|overfør|overføre) (?:meg|mig|oss|os) (?:(?:over|om|videre|igjennom|igennem|til|en|et|ei|ekte|rigtig) )*(?:menneske|person|kundeservice|kundebehandler|saksbehandler|sagsbehandler|medarbeider|medarbejder|rådgiver|agent|noen|nogen|support) ",
    r"^ (?:(?:jeg|vil|ha|have|gerne|gjerne|et|en|kan|få|ekte|rigtigt|rigtig|levende|ønsker|trenger|har|brug|for) )*(?:menneske|kundeservice|kundebehandler|saksbehandler|sagsbehandler|medarbejder|medarbeider|rigtig person|ekte person)(?: (?:takk|tak|nå|nu))* $",
    // Swedish
    r" (?:prata|tala|snacka|chatta|pratar|talar) med (?:(?:en|ett|någon|riktig|verklig|levande|er|från|på|i|annan) )*(?:människa|person|kundtjänst|handläggare|medarbetare|kundservice|agent|någon|rådgivare|support|chef) ",
    r" (?:koppla|koppl|kopplas|skicka) (?:mig|oss|vidare) (?:(?:vidare|till|en|ett|riktig) )*(?:människa|person|kundtjänst|handläggare|medarbetare|kundservice|agent|någon) ",
    r"^ (?:(?:jag|vill|ha|en|riktig|kan|få|behöver) )*(?:människa|kundtjänst|handläggare|kundservice|riktig person)(?: (?:tack|nu))* $",
    // Finnish
    r" (?:puhua|jutella|keskustella|chattailla|juttelemaan|puhumaan) (?:(?:oikean|oikealle|elävän|jonkun|teidän|suoraan) )*(?:ihmisen|ihmiselle|henkilön|asiakaspalvelijan|asiakaspalvelun|asiakaspalveluun|virkailijan|jonkun|työntekijän) ",
    r" (?:yhdistä|yhdistäkää|siirrä|siirtäkää|ohjaa) (?:(?:minut|puhelu|oikealle|elävälle|oikeaan) )*(?:ihmiselle|asiakaspalveluun|asiakaspalvelijalle|henkilölle|virkailijalle) ",
    r"^ (?:(?:haluan|oikea|oikean|tarvitsen) )*(?:ihminen|ihmisen|asiakaspalvelija|asiakaspalvelijan|asiakaspalvelu)(?: kiitos)* $",
    // German
    r" mit (?:(?:einem|einer|einen|ihrem|ihrer|dem|der|echten|richtigen|realen|anderen|lebenden|menschlichen|jemandem|aus|vom) )*(?:menschen|mensch|person|mitarbeiter|mitarbeiterin|berater|beraterin|agenten|agent|jemandem|jemand|jemanden|kundendienst|kundenservice|kundenbetreuer|support|vorgesetzten|sachbearbeiter) (?:(?:zu|direkt|persönlich|bitte) )*(?:sprechen|reden|chatten|verbinden|verbunden|telefonieren|schreiben) ",
    r" (?:verbinde|verbinden|verbindet|weiterleiten|leiten) (?:(?:sie|mich|uns|bitte) )+(?:(?:mit|an|zu|zum|einem|einer|einen|echten|richtigen) )*(?:menschen|mensch|person|mitarbeiter|berater|agenten|jemandem|kundendienst|kundenservice|support) ",
    r"^ (?:(?:ich|möchte|will|brauche|bitte|einen|ein|eine|echten|echter|richtigen|mit|nur) )*(?:mensch|menschen|mitarbeiter|kundendienst|kundenservice|echte person)(?: bitte)* $",
];
