"""A first library of reasons. Moderators change it as they like; what is there already stays."""

from django.db import migrations

# decision, slug, then label and text by language
REASONS = [
    ("request_changes", "plain-language", {
        "en": ("Write for colleagues elsewhere", "Please write so that a colleague in another country, who does not know your city, can follow: explain local names, offices and abbreviations in a few words where they first appear."),
        "de": ("Für Fachleute andernorts schreiben", "Bitte schreiben Sie so, dass auch eine Fachkraft in einem anderen Land, die Ihre Stadt nicht kennt, folgen kann: Erklären Sie örtliche Namen, Dienststellen und Abkürzungen mit wenigen Worten, wo sie zum ersten Mal vorkommen."),
        "el": ("Γράψτε για συναδέλφους άλλων πόλεων", "Παρακαλούμε γράψτε έτσι ώστε να μπορεί να παρακολουθήσει το κείμενο και συνάδελφος από άλλη χώρα που δεν γνωρίζει την πόλη σας: εξηγήστε με λίγα λόγια τις τοπικές ονομασίες, τις υπηρεσίες και τις συντομογραφίες εκεί όπου εμφανίζονται για πρώτη φορά."),
        "es": ("Escribir para colegas de otros lugares", "Le rogamos que redacte el texto de modo que pueda seguirlo un colega de otro país que no conozca su ciudad: explique en pocas palabras los nombres locales, los servicios y las siglas la primera vez que aparezcan."),
        "fr": ("Écrire pour des collègues d’ailleurs", "Nous vous prions de rédiger le texte de façon qu’un collègue d’un autre pays, qui ne connaît pas votre ville, puisse le suivre : expliquez en quelques mots les noms locaux, les services et les sigles lorsqu’ils apparaissent pour la première fois."),
        "it": ("Scrivere per colleghi di altri luoghi", "La preghiamo di scrivere in modo che possa seguire il testo anche un collega di un altro Paese che non conosce la Sua città: spieghi in poche parole i nomi locali, gli uffici e le sigle quando compaiono per la prima volta."),
        "nl": ("Schrijf voor collega’s elders", "Wilt u zo schrijven dat ook een collega in een ander land, die uw stad niet kent, het kan volgen? Leg plaatselijke namen, diensten en afkortingen in enkele woorden uit waar ze voor het eerst voorkomen."),
    }),
    ("request_changes", "who-may-use-it", {
        "en": ("Say who may use it", "Please add who may use the service and what people have to show or say. For residents without a residence permit it matters most whether papers, an address or a name are asked for, and with whom the answers are shared."),
        "de": ("Sagen, wer es nutzen kann", "Bitte ergänzen Sie, wer das Angebot nutzen kann und was dafür vorzulegen oder anzugeben ist. Für Menschen ohne Aufenthaltserlaubnis ist vor allem wichtig, ob nach Papieren, einer Adresse oder einem Namen gefragt wird und an wen die Angaben weitergegeben werden."),
        "el": ("Ποιος μπορεί να το χρησιμοποιήσει", "Παρακαλούμε προσθέστε ποιος μπορεί να χρησιμοποιήσει την υπηρεσία και τι χρειάζεται να προσκομίσει ή να δηλώσει. Για τους κατοίκους χωρίς άδεια διαμονής έχει μεγαλύτερη σημασία αν ζητούνται έγγραφα, διεύθυνση ή όνομα και σε ποιον γνωστοποιούνται οι απαντήσεις."),
        "es": ("Indicar quién puede utilizarlo", "Le rogamos que añada quién puede utilizar el servicio y qué debe presentar o declarar. Para los residentes sin permiso de residencia lo más importante es saber si se piden documentos, un domicilio o un nombre, y con quién se comparten las respuestas."),
        "fr": ("Dire qui peut y avoir recours", "Nous vous prions d’ajouter qui peut avoir recours au service et ce qu’il faut présenter ou déclarer. Pour les habitants sans titre de séjour, il importe surtout de savoir si des papiers, une adresse ou un nom sont demandés, et à qui les réponses sont transmises."),
        "it": ("Dire chi può usufruirne", "La preghiamo di aggiungere chi può usufruire del servizio e che cosa occorre presentare o dichiarare. Per i residenti senza permesso di soggiorno conta soprattutto sapere se vengono chiesti documenti, un indirizzo o un nome, e a chi vengono comunicate le risposte."),
        "nl": ("Zeg wie er gebruik van kan maken", "Wilt u toevoegen wie van de dienst gebruik kan maken en wat men daarvoor moet laten zien of opgeven? Voor bewoners zonder verblijfsvergunning is vooral van belang of naar papieren, een adres of een naam wordt gevraagd, en met wie de antwoorden worden gedeeld."),
    }),
    ("request_changes", "name-a-source", {
        "en": ("Name a source", "Please name at least one source on which the description rests: a council decision, a report, a page of the city. If there is nothing public, tell us what the description is based on."),
        "de": ("Eine Quelle nennen", "Bitte nennen Sie mindestens eine Quelle, auf der die Beschreibung beruht: einen Ratsbeschluss, einen Bericht oder eine Seite der Stadt. Wenn es nichts Öffentliches gibt, teilen Sie uns bitte mit, worauf sich die Beschreibung stützt."),
        "el": ("Αναφέρετε μια πηγή", "Παρακαλούμε αναφέρετε τουλάχιστον μία πηγή στην οποία στηρίζεται η περιγραφή: απόφαση του δημοτικού συμβουλίου, έκθεση ή σελίδα του δήμου. Αν δεν υπάρχει δημόσια πηγή, ενημερώστε μας πού βασίζεται η περιγραφή."),
        "es": ("Citar una fuente", "Le rogamos que cite al menos una fuente en la que se base la descripción: un acuerdo del pleno, un informe o una página del ayuntamiento. Si no hay nada público, indíquenos en qué se apoya la descripción."),
        "fr": ("Citer une source", "Nous vous prions de citer au moins une source sur laquelle repose la description : une délibération du conseil, un rapport, une page de la ville. S’il n’existe rien de public, indiquez-nous sur quoi se fonde la description."),
        "it": ("Indicare una fonte", "La preghiamo di indicare almeno una fonte su cui si basa la descrizione: una delibera del consiglio, un rapporto, una pagina del Comune. Se non esiste nulla di pubblico, ci comunichi su che cosa si fonda la descrizione."),
        "nl": ("Noem een bron", "Wilt u ten minste één bron noemen waarop de beschrijving berust: een raadsbesluit, een rapport of een pagina van de gemeente? Als er niets openbaars is, laat ons dan weten waarop de beschrijving steunt."),
    }),
    ("request_changes", "identifies-a-person", {
        "en": ("Take out what identifies a person", "The text contains details by which a person could be recognised. Please take them out or describe the situation in general terms. Contacts of staff belong in the field that only verified officers can read."),
        "de": ("Entfernen, was eine Person erkennbar macht", "Der Text enthält Angaben, an denen eine Person erkannt werden könnte. Bitte entfernen Sie sie oder beschreiben Sie die Lage allgemein. Kontakte von Mitarbeitenden gehören in das Feld, das nur bestätigte Fachleute der Städte lesen können."),
        "el": ("Αφαιρέστε στοιχεία που ταυτοποιούν πρόσωπο", "Το κείμενο περιέχει στοιχεία από τα οποία θα μπορούσε να αναγνωριστεί ένα πρόσωπο. Παρακαλούμε αφαιρέστε τα ή περιγράψτε την κατάσταση με γενικούς όρους. Τα στοιχεία επικοινωνίας του προσωπικού ανήκουν στο πεδίο που διαβάζουν μόνο τα επαληθευμένα στελέχη των πόλεων."),
        "es": ("Suprimir lo que identifica a una persona", "El texto contiene datos por los que podría reconocerse a una persona. Le rogamos que los suprima o que describa la situación en términos generales. Los contactos del personal corresponden al campo que solo pueden leer los funcionarios verificados."),
        "fr": ("Retirer ce qui permet d’identifier une personne", "Le texte contient des éléments permettant de reconnaître une personne. Nous vous prions de les retirer ou de décrire la situation en termes généraux. Les coordonnées du personnel ont leur place dans le champ que seuls les agents vérifiés peuvent lire."),
        "it": ("Togliere ciò che identifica una persona", "Il testo contiene elementi dai quali si potrebbe riconoscere una persona. La preghiamo di toglierli o di descrivere la situazione in termini generali. I recapiti del personale vanno nel campo che solo i funzionari verificati possono leggere."),
        "nl": ("Haal weg wat een persoon herkenbaar maakt", "De tekst bevat gegevens waaraan een persoon kan worden herkend. Wilt u die weghalen of de situatie in algemene termen beschrijven? Contactgegevens van medewerkers horen in het veld dat alleen geverifieerde ambtenaren kunnen lezen."),
    }),
    ("request_changes", "could-endanger", {
        "en": ("Leave out what could endanger people", "Some details, such as exact places, hours or routes, could put people who use the service at risk if everyone can read them. Please leave them out, or keep that part for verified officers."),
        "de": ("Weglassen, was Menschen gefährden könnte", "Einige Angaben, etwa genaue Orte, Zeiten oder Wege, könnten Menschen gefährden, die das Angebot nutzen, wenn alle sie lesen können. Bitte lassen Sie sie weg oder behalten Sie diesen Teil bestätigten Fachleuten der Städte vor."),
        "el": ("Παραλείψτε ό,τι μπορεί να θέσει ανθρώπους σε κίνδυνο", "Ορισμένες λεπτομέρειες, όπως ακριβείς τοποθεσίες, ώρες ή διαδρομές, θα μπορούσαν να θέσουν σε κίνδυνο όσους χρησιμοποιούν την υπηρεσία, αν μπορεί να τις διαβάσει ο καθένας. Παρακαλούμε παραλείψτε τις ή κρατήστε αυτό το μέρος για τα επαληθευμένα στελέχη των πόλεων."),
        "es": ("Omitir lo que pueda poner en peligro a alguien", "Algunos detalles, como lugares, horarios o recorridos exactos, podrían poner en peligro a quienes utilizan el servicio si cualquiera puede leerlos. Le rogamos que los omita o que reserve esa parte a los funcionarios verificados."),
        "fr": ("Omettre ce qui pourrait mettre quelqu’un en danger", "Certains détails, comme des lieux, des horaires ou des trajets précis, pourraient mettre en danger les personnes qui ont recours au service si tout le monde peut les lire. Nous vous prions de les omettre ou de réserver cette partie aux agents vérifiés."),
        "it": ("Omettere ciò che può mettere in pericolo", "Alcuni dettagli, come luoghi, orari o percorsi precisi, potrebbero mettere in pericolo chi usufruisce del servizio se chiunque può leggerli. La preghiamo di ometterli o di riservare quella parte ai funzionari verificati."),
        "nl": ("Laat weg wat mensen in gevaar kan brengen", "Sommige details, zoals precieze plaatsen, tijden of routes, kunnen gebruikers van de dienst in gevaar brengen als iedereen ze kan lezen. Wilt u ze weglaten, of dat deel voor geverifieerde ambtenaren houden?"),
    }),
    ("request_changes", "results", {
        "en": ("Say what is known about results", "Please say what is known about the results: how many people were reached, what changed for them, and how you know. If nothing has been measured yet, a sentence that says so helps others too."),
        "de": ("Sagen, was über die Wirkung bekannt ist", "Bitte schreiben Sie, was über die Ergebnisse bekannt ist: wie viele Menschen erreicht wurden, was sich für sie verändert hat und woher Sie das wissen. Wurde noch nichts gemessen, hilft auch ein Satz, der das sagt."),
        "el": ("Τι είναι γνωστό για τα αποτελέσματα", "Παρακαλούμε γράψτε τι είναι γνωστό για τα αποτελέσματα: πόσοι άνθρωποι εξυπηρετήθηκαν, τι άλλαξε γι’ αυτούς και πώς το γνωρίζετε. Αν δεν έχει μετρηθεί κάτι ακόμη, βοηθά και μια πρόταση που το δηλώνει."),
        "es": ("Indicar lo que se sabe de los resultados", "Le rogamos que indique lo que se sabe de los resultados: a cuántas personas se ha llegado, qué ha cambiado para ellas y cómo se sabe. Si todavía no se ha medido nada, también ayuda una frase que lo diga."),
        "fr": ("Dire ce que l’on sait des résultats", "Nous vous prions d’indiquer ce que l’on sait des résultats : combien de personnes ont été atteintes, ce qui a changé pour elles et comment vous le savez. Si rien n’a encore été mesuré, une phrase qui le dit est utile aussi."),
        "it": ("Dire che cosa si sa dei risultati", "La preghiamo di indicare che cosa si sa dei risultati: quante persone sono state raggiunte, che cosa è cambiato per loro e come lo si sa. Se non è stato ancora misurato nulla, è utile anche una frase che lo dica."),
        "nl": ("Zeg wat er over de resultaten bekend is", "Wilt u aangeven wat er over de resultaten bekend is: hoeveel mensen zijn bereikt, wat er voor hen is veranderd en hoe u dat weet? Als er nog niets is gemeten, helpt ook een zin die dat zegt."),
    }),
    ("reject", "out-of-scope", {
        "en": ("Outside of what the registry collects", "The registry collects what municipalities do for residents without a residence permit. What you describe is valuable, but it is not about them or not done by a municipality, so we do not publish it here. Thank you for the work that you put into it."),
        "de": ("Gehört nicht zu dem, was hier gesammelt wird", "Das Verzeichnis sammelt, was Gemeinden für Menschen ohne Aufenthaltserlaubnis tun. Was Sie beschreiben, ist wertvoll, betrifft aber nicht diese Menschen oder geht nicht von einer Gemeinde aus; deshalb veröffentlichen wir es hier nicht. Vielen Dank für die Arbeit, die Sie sich gemacht haben."),
        "el": ("Εκτός του αντικειμένου του μητρώου", "Το μητρώο συγκεντρώνει όσα κάνουν οι δήμοι για κατοίκους χωρίς άδεια διαμονής. Αυτό που περιγράφετε είναι αξιόλογο, αλλά δεν αφορά αυτούς ή δεν γίνεται από δήμο, γι’ αυτό δεν το δημοσιεύουμε εδώ. Σας ευχαριστούμε για την εργασία σας."),
        "es": ("Fuera de lo que recoge el registro", "El registro recoge lo que hacen los municipios por los residentes sin permiso de residencia. Lo que usted describe es valioso, pero no se refiere a ellos o no lo lleva a cabo un municipio, por lo que no lo publicamos aquí. Le agradecemos el trabajo que le ha dedicado."),
        "fr": ("En dehors de ce que recueille le registre", "Le registre recueille ce que font les municipalités pour les habitants sans titre de séjour. Ce que vous décrivez a de la valeur, mais ne les concerne pas ou n’est pas le fait d’une municipalité ; nous ne le publions donc pas ici. Nous vous remercions du travail que vous y avez consacré."),
        "it": ("Fuori da ciò che il registro raccoglie", "Il registro raccoglie ciò che i Comuni fanno per i residenti senza permesso di soggiorno. Quello che Lei descrive è prezioso, ma non riguarda loro o non è opera di un Comune; perciò non lo pubblichiamo qui. La ringraziamo per il lavoro che vi ha dedicato."),
        "nl": ("Valt buiten wat het register verzamelt", "Het register verzamelt wat gemeenten doen voor bewoners zonder verblijfsvergunning. Wat u beschrijft is waardevol, maar gaat niet over hen of gaat niet uit van een gemeente; daarom publiceren wij het hier niet. Hartelijk dank voor het werk dat u erin hebt gestoken."),
    }),
    ("reject", "in-the-registry-already", {
        "en": ("In the registry already", "The registry holds this practice already. Please propose a change to that entry if something is missing there; its page has a link for it. That way everything about the practice stays in one place."),
        "de": ("Schon im Verzeichnis", "Diese Praxis steht bereits im Verzeichnis. Wenn dort etwas fehlt, schlagen Sie bitte eine Änderung an jenem Eintrag vor; auf seiner Seite gibt es dafür einen Link. So bleibt alles über die Praxis an einer Stelle."),
        "el": ("Υπάρχει ήδη στο μητρώο", "Η πρακτική αυτή υπάρχει ήδη στο μητρώο. Αν λείπει κάτι, προτείνετε παρακαλούμε μια αλλαγή σε εκείνη την εγγραφή· στη σελίδα της υπάρχει σχετικός σύνδεσμος. Έτσι όλα όσα αφορούν την πρακτική παραμένουν σε ένα σημείο."),
        "es": ("Ya está en el registro", "El registro ya contiene esta práctica. Si en ella falta algo, le rogamos que proponga un cambio en esa ficha; su página ofrece un enlace para ello. Así todo lo relativo a la práctica queda en un solo lugar."),
        "fr": ("Déjà dans le registre", "Le registre contient déjà cette pratique. S’il y manque quelque chose, nous vous prions de proposer une modification de cette fiche ; sa page comporte un lien à cet effet. Ainsi, tout ce qui concerne la pratique reste au même endroit."),
        "it": ("Già nel registro", "Il registro contiene già questa pratica. Se manca qualcosa, La preghiamo di proporre una modifica a quella scheda; sulla sua pagina si trova un apposito collegamento. Così tutto ciò che riguarda la pratica resta in un solo luogo."),
        "nl": ("Staat al in het register", "Deze praktijk staat al in het register. Als daar iets ontbreekt, wilt u dan een wijziging van die beschrijving voorstellen? Op de pagina ervan staat daarvoor een link. Zo blijft alles over de praktijk op één plaats."),
    }),
    ("reject", "not-the-city", {
        "en": ("We could not confirm the city’s part", "We could not confirm that you speak for the city, and the registry publishes only what the city itself stands behind. If a colleague can confirm it, write to us, and we will gladly take it up again."),
        "de": ("Auftrag der Stadt nicht bestätigt", "Wir konnten nicht bestätigen, dass Sie für die Stadt sprechen, und das Verzeichnis veröffentlicht nur, wohinter die Stadt selbst steht. Wenn jemand aus der Verwaltung es bestätigen kann, schreiben Sie uns; wir nehmen es dann gern wieder auf."),
        "el": ("Δεν επιβεβαιώθηκε η συμμετοχή του δήμου", "Δεν μπορέσαμε να επιβεβαιώσουμε ότι εκπροσωπείτε τον δήμο, και το μητρώο δημοσιεύει μόνο όσα υποστηρίζει ο ίδιος ο δήμος. Αν μπορεί να το επιβεβαιώσει κάποιος συνάδελφός σας, γράψτε μας και θα το εξετάσουμε ξανά με χαρά."),
        "es": ("No se pudo confirmar la representación de la ciudad", "No hemos podido confirmar que usted hable en nombre de la ciudad, y el registro publica únicamente lo que la propia ciudad respalda. Si algún colega puede confirmarlo, escríbanos y lo retomaremos con mucho gusto."),
        "fr": ("Le rôle de la ville n’a pu être confirmé", "Nous n’avons pas pu confirmer que vous parlez au nom de la ville, et le registre ne publie que ce que la ville elle-même soutient. Si un collègue peut le confirmer, écrivez-nous : nous reprendrons volontiers votre texte."),
        "it": ("Non è stato possibile confermare il ruolo della città", "Non abbiamo potuto confermare che Lei parli a nome della città, e il registro pubblica solo ciò che la città stessa sostiene. Se un collega può confermarlo, ci scriva e lo riprenderemo volentieri."),
        "nl": ("Rol van de gemeente niet bevestigd", "Wij hebben niet kunnen bevestigen dat u namens de gemeente spreekt, en het register publiceert alleen waar de gemeente zelf achter staat. Als een collega het kan bevestigen, schrijf ons dan; wij nemen het graag opnieuw op."),
    }),
    ("reject", "not-begun-yet", {
        "en": ("Not begun yet", "So far this is a plan. The registry describes what is or was done, so that others can learn from it. Please send it again once it has begun; your text is kept until then."),
        "de": ("Noch nicht begonnen", "Bisher ist dies ein Vorhaben. Das Verzeichnis beschreibt, was getan wird oder wurde, damit andere daraus lernen können. Bitte senden Sie es noch einmal, sobald es begonnen hat; Ihr Text bleibt bis dahin erhalten."),
        "el": ("Δεν έχει αρχίσει ακόμη", "Προς το παρόν πρόκειται για σχέδιο. Το μητρώο περιγράφει όσα γίνονται ή έγιναν, ώστε να μπορούν να μάθουν από αυτά οι άλλοι. Παρακαλούμε στείλτε το ξανά όταν αρχίσει· το κείμενό σας διατηρείται έως τότε."),
        "es": ("Aún no ha comenzado", "Por ahora se trata de un proyecto. El registro describe lo que se hace o se ha hecho, para que otros puedan aprender de ello. Le rogamos que lo envíe de nuevo cuando haya comenzado; su texto se conserva hasta entonces."),
        "fr": ("Pas encore commencé", "Il s’agit pour l’instant d’un projet. Le registre décrit ce qui se fait ou s’est fait, afin que d’autres puissent s’en inspirer. Nous vous prions de l’envoyer à nouveau une fois qu’il aura commencé ; votre texte est conservé d’ici là."),
        "it": ("Non ancora iniziato", "Per ora si tratta di un progetto. Il registro descrive ciò che si fa o si è fatto, perché altri possano trarne insegnamento. La preghiamo di inviarlo di nuovo quando sarà iniziato; fino ad allora il Suo testo è conservato."),
        "nl": ("Nog niet begonnen", "Tot nu toe is dit een plan. Het register beschrijft wat er gebeurt of gebeurd is, zodat anderen ervan kunnen leren. Wilt u het opnieuw sturen zodra het begonnen is? Uw tekst blijft tot dan bewaard."),
    }),
    ("unschedule", "clarify-first", {
        "en": ("Something must be cleared up first", "Something has come up that we would like to clear up with you before this is published. Nothing is lost, and we will write to you again soon."),
        "de": ("Erst ist etwas zu klären", "Es hat sich etwas ergeben, das wir vor der Veröffentlichung gern mit Ihnen klären möchten. Nichts geht verloren, und wir schreiben Ihnen bald wieder."),
        "el": ("Χρειάζεται πρώτα μια διευκρίνιση", "Προέκυψε κάτι που θα θέλαμε να διευκρινίσουμε μαζί σας πριν από τη δημοσίευση. Τίποτα δεν χάνεται και θα σας γράψουμε ξανά σύντομα."),
        "es": ("Antes hay que aclarar algo", "Ha surgido algo que nos gustaría aclarar con usted antes de la publicación. No se pierde nada, y volveremos a escribirle pronto."),
        "fr": ("Un point à éclaircir d’abord", "Un point est apparu que nous aimerions éclaircir avec vous avant la publication. Rien n’est perdu, et nous vous écrirons de nouveau bientôt."),
        "it": ("Prima c’è qualcosa da chiarire", "È emerso qualcosa che vorremmo chiarire con Lei prima della pubblicazione. Nulla va perduto e Le scriveremo di nuovo presto."),
        "nl": ("Eerst iets op te helderen", "Er is iets naar voren gekomen dat wij vóór de publicatie graag met u ophelderen. Er gaat niets verloren en wij schrijven u binnenkort opnieuw."),
    }),
    ("withdraw", "city-asked", {
        "en": ("The city asked for it", "Withdrawn at the request of the city."),
        "de": ("Auf Bitte der Stadt", "Auf Bitte der Stadt zurückgezogen."),
        "el": ("Κατόπιν αιτήματος του δήμου", "Αποσύρθηκε κατόπιν αιτήματος του δήμου."),
        "es": ("A petición de la ciudad", "Retirada a petición de la ciudad."),
        "fr": ("À la demande de la ville", "Retirée à la demande de la ville."),
        "it": ("Su richiesta della città", "Ritirata su richiesta della città."),
        "nl": ("Op verzoek van de gemeente", "Ingetrokken op verzoek van de gemeente."),
    }),
    ("withdraw", "has-ended", {
        "en": ("Ended, or no longer confirmed", "This practice has ended, or nobody could confirm any more that it is still described correctly."),
        "de": ("Beendet oder nicht mehr bestätigt", "Diese Praxis ist beendet, oder niemand konnte mehr bestätigen, dass sie noch richtig beschrieben ist."),
        "el": ("Έληξε ή δεν επιβεβαιώνεται πλέον", "Η πρακτική αυτή έληξε ή κανείς δεν μπορούσε πλέον να επιβεβαιώσει ότι περιγράφεται ακόμη σωστά."),
        "es": ("Finalizada o ya no confirmada", "Esta práctica ha finalizado, o ya nadie podía confirmar que su descripción siga siendo correcta."),
        "fr": ("Terminée, ou plus confirmée", "Cette pratique a pris fin, ou plus personne ne pouvait confirmer que sa description est encore exacte."),
        "it": ("Conclusa o non più confermata", "Questa pratica si è conclusa, oppure nessuno poteva più confermare che sia ancora descritta correttamente."),
        "nl": ("Beëindigd of niet meer bevestigd", "Deze praktijk is beëindigd, of niemand kon nog bevestigen dat de beschrijving klopt."),
    }),
]  # fmt: skip


def write(apps, schema_editor):
    """Under each slug that is still free."""
    reasons = apps.get_model("submissions", "Reason").objects
    for order, (action, slug, texts) in enumerate(REASONS):
        columns = {f"label_{code}": label for code, (label, _text) in texts.items()}
        columns |= {f"text_{code}": text for code, (_label, text) in texts.items()}
        label, text = texts["en"]
        reasons.get_or_create(
            slug=slug, defaults={"action": action, "order": order, "label": label, "text": text, **columns}
        )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0005_moderators_desk")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop, elidable=False)]
