### What the pages for departments say

## submit/check.html

all-sections = Pob adran
it-was-not-sent = Ni chafodd ei anfon
check-your-answers = Gwirio eich atebion
look-at-these-again-they = <strong>Edrychwch ar y rhain eto.</strong> Nid ydynt yn atal cyhoeddi.
change = Newid<span class="govuk-visually-hidden">: { $title }</span>
send-it-for-approval = Ei anfon i'w gymeradwyo
somebody-else-of-reads-it = Bydd rhywun arall o'r corff ({ $name }) yn ei ddarllen ac yn ei gyhoeddi. Tan hynny ni allwch ei newid, ond gallant ei anfon yn ôl.
why-is-this-version-made = Pam y gwneir y fersiwn hon? (dewisol, bydd darllenwyr yn ei weld)
such-as-new-supplier-since = Megis: cyflenwr newydd ers mis Mawrth
send-for-approval = Anfon i'w gymeradwyo
see-what-the-public-will = Gweld beth y bydd y cyhoedd yn ei weld
it-can-be-sent-once = Gellir ei anfon ar ôl gwneud y pethau ar frig y dudalen hon. Cedwir yr hyn a ysgrifennoch fel y mae.

## submit/desk.html

you-hold-no-role-yet = Nid oes gennych rôl eto. Gofynnwch am un gan bwy bynnag sy'n rhedeg y gofrestr.
begin-a-new-record = Dechrau cofnod newydd
upload-a-spreadsheet = Uwchlwytho taenlen
reading-room = Ystafell ddarllen
reports-to-decide = Adroddiadau i benderfynu arnynt
replies-to-decide = Atebion i benderfynu arnynt
people = Pobl
my-tokens-for-programs = Fy nhocynnau ar gyfer rhaglenni
reports-to-act-on = Adroddiadau a nodiadau i weithredu arnynt
correct-the-record-by = Gofynnir i { $name } gyhoeddi fersiwn wedi'i chywiro, neu ateb, erbyn { $on }.
answer-it-by = Gofynnir i { $name } gyhoeddi fersiwn newydd, neu ateb, erbyn { $on }.
nothing-waits-for-you = Nid oes dim yn aros amdanoch.
older-ones = Rhai hŷn
published-by = Cyhoeddwyd gan: { $name }
nothing-yet = Dim byd eto.
update-or-confirm = Diweddaru neu gadarnhau<span class="govuk-visually-hidden">: { $title }</span>
all-as-readers-see-them = Pob un ({ $total }) fel y mae darllenwyr yn eu gweld
as-readers-see-them = Fel y mae darllenwyr yn eu gweld
page-of-the-body-with = Tudalen y corff, gyda'i fylchau

## submit/go_on.html

you-are-signed-in-again = Rydych wedi mewngofnodi eto
what-was-typed-is-still = Mae'r hyn a deipiwyd yma o hyd. Ewch ymlaen, a chaiff ei gadw yn y drafft, yn eich enw chi.
what-was-typed-is-here = Mae'r hyn a deipiwyd yma o hyd. Ewch ymlaen, a chaiff ei wneud, yn eich enw chi.
go-on = Mynd ymlaen
what-was-typed-but-no-file = Mae'r hyn a deipiwyd yma o hyd, ond nid yw'r ffeil “{ $name }”. Ewch ymlaen i'r ffurflen, a dewiswch y ffeil eto. Ni chaiff dim ei gadw tan hynny.
the-file-was-not-kept = Ni chadwyd y ffeil “{ $name }” tra oeddech wedi eich allgofnodi. Dewiswch hi eto.

## submit/item.html

back-to-the-section = Yn ôl i'r adran
somebody-changed-this-draft-while = Newidiodd rhywun y drafft hwn tra oeddech yn ysgrifennu
it-may-have-been-you = Efallai mai chi a wnaeth hynny, mewn tab arall. Mae'r hyn a deipioch isod o hyd, ac <strong>nid yw wedi'i gadw eto</strong>. Os eich un chi sy'n gywir, cadwch ef eto.
saved-now = Wedi'i gadw nawr
the-file-is-not-saved = Ni chadwyd y ffeil “{ $name }” chwaith. Dewiswch hi eto.
add = { $label }: ychwanegu
save = Cadw
take-it-away = Ei dynnu
cancel = Canslo

## submit/keep.html

it-was-not-done = Ni chafodd ei wneud
as-readers-see-it = Fel y mae darllenwyr yn ei weld
on-its-way-already = Ar y ffordd eisoes
something-changed = Newidiodd rhywbeth
begin-the-next-version-from = Dechreuwch y fersiwn nesaf o'r hyn a gyhoeddwyd. Bydd darllenwyr yn gweld yr hen un nes i'r un newydd gael ei chymeradwyo a'i chyhoeddi.
begin-the-next-version = Dechrau'r fersiwn nesaf
nothing-changed = Ni newidiodd dim
say-that-it-is-still = Dywedwch ei fod yn wir o hyd. Mae hynny'n ateb y cwestiwn a yw wedi dyddio.
it-is-still-true = Mae'n wir o hyd
it-should-not-have-been = Ni ddylai fod wedi'i gyhoeddi
take-it-back-its-title = Tynnwch ef yn ôl. Mae ei deitl, ei fersiynau a'ch rheswm yn aros yn gyhoeddus; ni thynnir yn ôl offeryn nad yw'n cael ei ddefnyddio mwyach, ond nodir ei fod wedi dod i ben: dechreuwch ei fersiwn nesaf i wneud hynny.
why-in-a-sentence-that = Pam? Mewn brawddeg a fydd yn aros yn gyhoeddus
take-it-back = Ei dynnu'n ôl

## submit/link.html

back-to-the-draft = Yn ôl i'r drafft
a-preview-link = Dolen rhagolwg
copy-it-now-it-is = Copïwch hi nawr: fe'i dangosir unwaith. Bydd pwy bynnag sydd â hi yn gweld yr hyn y byddai'r cyhoedd yn ei weld o “{ $title }”, hyd at { $until }.
look-at-it-yourself = Edrych arno eich hun

## submit/moderation.html

what-the-public-reports-of = Yr hyn y mae'r cyhoedd yn rhoi gwybod amdano mewn cofnodion, a'r hyn y mae arsylwyr yn ei ddweud wrth eu hochr. Yr hynaf yn gyntaf.
nothing-waits = Nid oes dim yn aros.
about-2 = Am <a href="/records/{ $record_id }">{ $record_id }</a>
evidence = Tystiolaeth: <a rel="nofollow noopener" href="{ $url }">{ $url }</a>
why-its-author-reads-this = Pam? Bydd pwy bynnag a'i dywedodd yn darllen hyn
it-is-right-the-body = Mae'n gywir: dywedir wrth y corff
show-it-beside-the-record = Ei ddangos wrth ochr y cofnod
it-is-not-right = Nid yw'n gywir
do-not-show-it = Peidio â'i ddangos

## submit/new.html

a-new-record = Cofnod newydd
a-title-is-enough-to = Mae teitl yn ddigon i ddechrau. Gall popeth arall ddod yn ddiweddarach, gan unrhyw gydweithiwr.
title = Teitl
what-a-reader-sees-first = Yr hyn y mae darllenydd yn ei weld gyntaf, megis “Cynlluniwr derbyniadau ysgol”
kind = Math
what-is-asked-of-it = Mae'r hyn a ofynnir amdano yn dilyn o hyn. Gellir ei newid yn ddiweddarach.
not-sure-yet = Ddim yn siŵr eto
for = Ar gyfer
body-that-uses-it = Corff sy'n ei ddefnyddio
as-an-observer-you-write = Fel arsylwr rydych yn ysgrifennu am gorff arall: ei enw llawn
begin = Dechrau
or-copy-from-what-is = Neu gopïo o'r hyn sydd yno
many-bodies-use-the-same = Mae llawer o gyrff yn defnyddio'r un cynnyrch. Copïwch yr hyn a ysgrifennodd eraill amdano, a gwiriwch bob gair: chi o hyd sydd i ddweud beth a wiriwyd ac a fesurwyd, beth yw'r risgiau, a ble gall pobl droi.
name-of-a-product-or = Enw cynnyrch, neu eiriau o gofnod
find = Canfod
nothing-was-found-for-begin = Ni chanfuwyd dim ar gyfer “{ $wanted }”. Dechreuwch gyda theitl uchod.
products = Cynhyrchion
copy-it = Ei gopïo<span class="govuk-visually-hidden">: { $name }</span>
copy-it-2 = Ei gopïo<span class="govuk-visually-hidden">: { $title }</span>

## submit/people.html

remove-role-from = Tynnu rôl<span class="govuk-visually-hidden">, { $name }: { $held }</span>
give-a-role-to = Rhoi rôl<span class="govuk-visually-hidden">: { $name }</span>
role = Rôl
of-which-body = O ba gorff
the-last-part-of-its = Rhan olaf ei gyfeiriad yma, megis northmoor-borough-council. Gadewch ef yn wag ar gyfer gweinyddwr.
what-a-regulator-looks-after = Yr hyn y mae rheoleiddiwr yn gofalu amdano
only-for-regulators-choose-nothing = Ar gyfer rheoleiddwyr yn unig. Peidiwch â dewis dim ar gyfer popeth.
sectors = Sectorau
types-of-assessment = Mathau o asesiad
give-the-role = Rhoi'r rôl
waits-for-a-second = yn aros am ail weinyddwr
asked-for-by = gofynnwyd amdani gan { $who } ar { $on }
confirm-role-of = Cadarnhau<span class="govuk-visually-hidden"> rôl { $name }: { $held }</span>
decline-role-of = Gwrthod<span class="govuk-visually-hidden"> rôl { $name }: { $held }</span>
add-a-person = Ychwanegu person
they-sign-in-with-their = Maent yn mewngofnodi â'u cyfrif gwaith, os oes gan y gofrestr ddarparwr o'r fath, neu â chyfrinair a osodir gan bwy bynnag sy'n rhedeg y gofrestr.
e-mail-address = Cyfeiriad e-bost
name = Enw
never-public = Byth yn gyhoeddus
add-person = Ychwanegu person

## submit/question.html

day = Diwrnod
month = Mis
year = Blwyddyn
not-answered = Heb ei ateb
number = Rhif
it-is = Mae'n
a-file-is-attached-bytes = Mae ffeil wedi'i hatodi ({ $media_type }, { $bytes } beit).
take-it-off = Ei thynnu
put-another-file-in-its = Rhoi ffeil arall yn ei lle
attach-a-file = Atodi ffeil
pdf-docx-odt-xlsx-csv = PDF, DOCX, ODT, XLSX, CSV neu destun
or-the-web-address-where = Neu'r cyfeiriad gwe lle gellir ei darllen
change-2 = Newid<span class="govuk-visually-hidden">, { $label }: { $title }</span>
no-answer-to-give = Dim ateb i'w roi?<span class="govuk-visually-hidden"> { $label }</span>
say-so-in-its-place = Dywedwch hynny yn ei le, a bydd darllenwyr yn gweld i chi wneud
i-give-an-answer-or = Rwy'n rhoi ateb, neu byddaf yn gwneud yn ddiweddarach
reason-for-people-to-read = Rheswm, i bobl ei ddarllen
ground-if-it-is-withheld = Sail, os yw wedi'i ddal yn ôl
none = Dim

## submit/replies.html

a-reply-is-public-once = Daw ateb gan eich corff yn gyhoeddus pan fydd rhywun arall ynddo yn ei gymeradwyo.
reply-of = Ateb gan { $by }, { $on }
answer-to-gap = Ateb i'r bwlch { $gap }
make-it-public = Ei wneud yn gyhoeddus
take-the-reply-back = Ei dynnu'n ôl

## submit/review.html

back-to-the-submission = Yn ôl i'r cyflwyniad
review = Adolygiad, { $name }
why-it-is-made = Pam y'i gwneir: { $note }
decide = Penderfynu
look-at-these-they-do = <strong>Edrychwch ar y rhain.</strong> Nid ydynt yn atal cyhoeddi.
it-cannot-be-published-as = Ni ellir ei gyhoeddi fel y mae: <a href="{ $href }">gweld beth sydd i'w wneud o hyd</a>.
what-it-changes-for-readers = Beth mae'n ei newid i ddarllenwyr
nothing-that-readers-see = Dim byd y mae darllenwyr yn ei weld.
what-it-says = Beth mae'n ei ddweud
it-is-a-new-record = Mae'n gofnod newydd: mae'r cyfan yn newydd.
what-stays-sealed = Beth sy'n aros dan sêl
the-public-reads-that-these = Mae'r cyhoedd yn darllen bod y rhain yn bodoli, eu cyfnod, eu statws a'u dyddiadau. Dim ond rheoleiddwyr y maes sy'n darllen y gweddill.
there-is-nothing-to-decide = Nid oes dim i'w benderfynu nawr.
it-waits-for-an-approval = Mae'n aros am gymeradwyaeth na allwch chi ei rhoi: nid yw'r sawl a'i hysgrifennodd neu a'i hanfonodd yn ei gymeradwyo, a dim ond cymeradwywyr y corff hwn sy'n gwneud: { $name }.
publish-it-now = Ei gyhoeddi nawr
approve = Cymeradwyo
i-am-reviewing-it = Rwy'n ei adolygu
or-send-it-back-what = Neu ei anfon yn ôl: beth sydd i'w newid?
its-writer-reads-this = Bydd pwy bynnag a'i hysgrifennodd yn darllen hyn. Nid yw'n gyhoeddus.
send-it-back = Ei anfon yn ôl

## submit/sealed.html

sealed-only-regulators-of-the = Dan sêl: dim ond rheoleiddwyr y maes sy'n darllen y dudalen hon. <a href="/records/{ $record_id }">Y cofnod cyhoeddus</a>
download-the-document = Lawrlwytho'r ddogfen
receipt = Derbynneb
your-body-received-it-on = Fe'i derbyniwyd gan eich corff ar { $on }.
note-optional-the-body-reads = Nodyn (dewisol; mae'r corff yn ei ddarllen)
leave-a-receipt = Gadael derbynneb

## submit/sealed_list.html

that-you-read-them-is = Nodir eich bod yn eu darllen.
there-is-nothing-in-your = Nid oes dim yn eich cylch gwaith eto.
more = Mwy

## submit/section.html

it-may-have-been-you-in = Efallai mai chi a wnaeth hynny, mewn tab arall. Mae'r hyn a deipioch isod o hyd, ac <strong>nid yw wedi'i gadw eto</strong>. Edrychwch ar yr hyn sydd wedi'i gadw nawr; os eich un chi sy'n gywir, cadwch ef eto.
saved-now-2 = { $label }, wedi'i gadw nawr
save-and-go-on = Cadw a mynd ymlaen
save-and-back-to-all = Cadw ac yn ôl i bob adran
it-cannot-be-changed-now = Ni ellir ei newid nawr.

## submit/sign_in.html

sign-in = Mewngofnodi
you-were-signed-out-while = Cawsoch eich allgofnodi tra oeddech yn ysgrifennu. <strong>Ni chollwyd dim a deipioch</strong>: mewngofnodwch, ac ewch ymlaen.
for-people-of-public-bodies = I bobl o gyrff cyhoeddus, rheoleiddwyr ac arsylwyr sydd â chyfrif yma. Gellir darllen popeth a gyhoeddwyd <a href="/records">heb gyfrif</a>.
sign-in-with-your-work = Mewngofnodi â'ch cyfrif gwaith
or-with-a-password = Neu â chyfrinair
password = Cyfrinair
code = Cod
six-digits-that-your-authenticator = Chwe digid y mae eich ap dilysu yn eu dangos
no-account-ask-the-operator = Dim cyfrif? Gofynnwch i bwy bynnag sy'n rhedeg y gofrestr eich ychwanegu.

## submit/sign_in_again.html

sign-in-again = Mewngofnodi eto
you-signed-in-some-time-ago = Cyn rhoi hawliau, dangoswch mai chi sydd yno: mewngofnodoch fwy na 15 munud yn ôl. <strong>Ni chollwyd dim a deipioch.</strong>
sign-in-with-your-work-in = Mewngofnodi â'ch cyfrif gwaith, mewn tab newydd
then-close-that-tab-and = Yna caewch y tab hwnnw, ac ewch ymlaen yma.
i-have-signed-in-go-on = Rwyf wedi mewngofnodi: ymlaen

## submit/tasks.html

published = Cyhoeddwyd
everybody-can-read-it-now = Gall pawb ei ddarllen nawr: <a href="/records/{ $record }">{ $record }</a>. I'w newid, <a href="/submit/records/{ $record }">dechreuwch ei fersiwn nesaf</a>.
answer-the-sections-in-any = Atebwch yr adrannau mewn unrhyw drefn. Caiff pob tudalen ei chadw pan ewch ymlaen.
it-is-being-written = Mae'n cael ei ysgrifennu.
it-is-approved-and-not = Mae wedi'i gymeradwyo, ac nid yw'n gyhoeddus eto.
it-is-approved-and-not-public = <strong>Mae wedi'i gymeradwyo, ac nid yw'n gyhoeddus eto:</strong> cymeradwywr fydd yn ei gyhoeddi.
somebody-else-of-approves-it = Bydd rhywun arall o'r corff ({ $name }) yn ei gymeradwyo neu'n ei anfon yn ôl.
check-your-answers-and-send = Gwirio eich atebion ac anfon
review-it = Ei adolygu
what-happened = Beth ddigwyddodd
show-it-to-somebody-without = Ei ddangos i rywun heb gyfrif
a-link-that-cannot-be = Mae dolen na ellir ei dyfalu yn dangos yr hyn y byddai'r cyhoedd yn ei weld, a dim byd arall, am dri diwrnod, neu hyd nes i'r drafft gael ei gyhoeddi, ei ddileu neu ei dynnu'n ôl.
preview-link-of = Dolen { $who }, tan { $until }
make-a-preview-link = Gwneud dolen rhagolwg
delete-this-draft = Dileu'r drafft hwn
it-goes-off-your-desk = Bydd yn mynd oddi ar eich desg. Gall y rhai a'i hysgrifennodd ei ddarllen o hyd; nid oes dim cyhoeddus yn newid.
delete-it = Ei ddileu

## submit/tokens.html

my-tokens = Fy nhocynnau
a-token-lets-a-program = Mae tocyn yn gadael i un o'ch rhaglenni ofyn ac ysgrifennu ar eich rhan tra byddwch wedi mewngofnodi. Rhowch ei thocyn ei hun i bob rhaglen. Daw tocyn a wneir yma i ben pan allgofnodwch, ac ar ôl 12 awr fan bellaf; ar gyfer rhaglen sy'n rhedeg ohoni ei hun, gofynnwch i bwy bynnag sy'n rhedeg y gofrestr am un sy'n para.
your-new-token = Eich tocyn newydd
copy-it-now-it-is-shown = Copïwch ef nawr: fe'i dangosir unwaith.
revoke = Dirymu<span class="govuk-visually-hidden">: { $label }</span>
make-one = Gwneud un
what-is-it-for = Ar gyfer beth y mae?
what-may-it-do = Beth y caiff ei wneud?
everything-you-may = Popeth y cewch chi ei wneud
make-a-token = Gwneud tocyn

## submit/upload.html

each-good-row-becomes-a = Daw pob rhes dda yn ddrafft. Daw rhes ag id cofnod yn fersiwn nesaf iddo; mae'r hyn nad oes gan y ffeil golofn ar ei gyfer, a'r hyn sydd dan sêl, yn aros fel y mae. Ni chyhoeddir dim drwy uwchlwytho.
begin-with-the-template-as = Dechreuwch gyda'r templed: <a href="/api/v1/templates/records.xlsx">fel llyfr gwaith (XLSX)</a> neu <a href="/api/v1/templates/records.csv">fel CSV</a>.
csv-xlsx-or-ods-at = CSV, XLSX, ODS neu NDJSON, 5,000 rhes ac 20 MB ar y mwyaf
the-registers-template = Templed y gofrestr
the-uks-algorithmic-transparency-recording = Safon Cofnodi Tryloywder Algorithmig y DU
how-dates-are-written = Sut mae dyddiadau wedi'u hysgrifennu?
as-2026-12-31-only = Fel 2026-12-31 yn unig
or-31-12-2026 = Hefyd gyda'r diwrnod yn gyntaf, fel 31/12/2026
or-12-31-2026 = Hefyd gyda'r mis yn gyntaf, fel 12/31/2026
check-it-first = Ei gwirio yn gyntaf
make-drafts-of-it = Gwneud drafftiau ohoni

## submit/uploaded.html

rows-read-good-of-them = Rhesi a ddarllenwyd: { $read }. Da: { $drafts }, a { $clean } ohonynt yn barod i'w hanfon. Yn newid dim: { $unchanged }. Na ellir eu defnyddio: { $rejected }.
nothing-was-written-choose-the = Ni ysgrifennwyd dim. <a href="/submit/upload">Dewiswch y ffeil eto</a> i wneud drafftiau ohoni.
result-of-the-earlier-upload = Canlyniad uwchlwythiad cynharach y ffeil hon
rows-to-correct = Rhesi i'w cywiro
download-the-file-with-faults = Lawrlwytho'r ffeil gyda'r diffygion wrth ymyl ei rhesi.
it-is-kept-for-an-hour = Fe'i cedwir am awr. Cywirwch hi a'i huwchlwytho eto: anwybyddir colofn y diffygion.
correct-these-in-the-file = Cywirwch y rhain yn y ffeil, ac uwchlwythwch y rhesi hynny eto.
the-first-of-2 = Y { $errors } cyntaf o { $error_count }.
row = Rhes
column = Colofn
what-is-wrong = Beth sydd o'i le
what-to-do = Beth i'w wneud
drafts = Drafftiau
send-the-that-are-ready = Anfon y rhai sy'n barod ({ $clean }) i'w cymeradwyo
becomes = Daw yn
to-do = I'w wneud
next-version-of = Fersiwn nesaf o'r cofnod { $id }
ready = Yn barod

## Counts and dates

things-still-to-do = { $n ->
    [one] Mae un peth i'w wneud o hyd
    [two] Mae { $n } beth i'w gwneud o hyd
    [few] Mae { $n } pheth i'w gwneud o hyd
    [many] Mae { $n } pheth i'w gwneud o hyd
   *[other] Mae { $n } peth i'w gwneud o hyd
}
next-version-of-record = fersiwn nesaf o'r cofnod { $record }
n-to-do = { $n } i'w gwneud
n-unknown-or-withheld = { $n } y dywedir eu bod yn anhysbys neu wedi'u dal yn ôl
n-sealed-of-every-field = { $n ->
    [one] { $n } asesiad o bob maes, gyda'r hyn sydd dan sêl ynddo.
   *[other] { $n } asesiad o bob maes, gyda'r hyn sydd dan sêl ynddynt.
}
n-sealed-of-your-field = { $n ->
    [one] { $n } asesiad o'ch maes chi, gyda'r hyn sydd dan sêl ynddo.
   *[other] { $n } asesiad o'ch maes chi, gyda'r hyn sydd dan sêl ynddynt.
}
receipt-of = derbynneb ar { $on }
n-sent-for-approval = { $n } wedi'u hanfon i'w cymeradwyo.
disabled = wedi'i analluogi
made-on = gwnaed ar { $on }
section-place = adran { $place }
id-version-changed = { $id }, fersiwn { $version }, newidiwyd ar { $changed }

## submit/foretold.html

questions-it-would-raise = Cwestiynau y byddai'n eu codi
the-public-rules-would-ask = Byddai'r <a href="/rules">rheolau cyhoeddus</a> yn gofyn y rhain amdano. Nid ydynt yn atal cyhoeddi, a byddai darllenwyr yn eu gweld.

## Made by code

needed = gofynnol
for-example-27-3-2026 = Er enghraifft 27 3 2026
a-whole-number-and-how = Rhif cyfan, a sut y gwyddys ef
one-on-each-line = Un ar bob llinell
answer-it = { $label }: atebwch
write-a-whole-number-such = Ysgrifennwch rif cyfan, mewn digidau yn unig
write-a-real-day-day = Ysgrifennwch ddiwrnod go iawn: diwrnod, mis a blwyddyn mewn rhifau, megis 27 3 2026
write-a-whole-number-of-people = Ysgrifennwch rif cyfan, mewn digidau yn unig
write-the-number-or-choose = Ysgrifennwch y rhif, neu peidiwch â dewis dim oddi tano
choose-how-the-number-is = Dewiswch sut y gwyddys y rhif
not-answered-and-required = Heb ei ateb, ac yn ofynnol
sent-back-to-be-changed = Wedi'u hanfon yn ôl: i'w newid
waiting-for-approval = Yn aros am gymeradwyaeth
approved-to-be-published = Wedi'u cymeradwyo: i'w cyhoeddi
being-written = Yn cael eu hysgrifennu
answer-it-or-say-why = { $label }: atebwch, neu dywedwch pam nad oes ateb
n-to-answer = { $n } i'w hateb
optional = Dewisol
completed-2 = Wedi'i gwblhau
began-it = Dechreuodd { $who } ef
changed-it = Newidiodd { $who } ef
sent-it-for-approval = Anfonodd { $who } ef i'w gymeradwyo
began-to-review-it = Dechreuodd { $who } ei adolygu
sent-it-back = Anfonodd { $who } ef yn ôl
approved-it = Cymeradwyodd { $who } ef
published-it = Cyhoeddodd { $who } ef
gave-it-up = Rhoddodd { $who } y gorau iddo
made-a-preview-link = Gwnaeth { $who } ddolen rhagolwg
revoked-a-preview-link = Dirymodd { $who } ddolen rhagolwg
the-register = Y gofrestr
a-new-version-of = Fersiwn newydd o { $record }
there-is-no-such-part = Nid oes rhan o'r fath
nothing-was-typed = Ni theipiwyd dim, felly ni ychwanegwyd dim
nothing-it-was-taken-away = dim: fe'i tynnwyd i ffwrdd
nothing-here-something-else-in = dim yma; newidiwyd rhywbeth arall yn y drafft
confirmed-readers-see-that-it = Cadarnhawyd: mae darllenwyr yn gweld ei fod yn dal yn wir heddiw
somebody = rhywun
report-of = Adroddiad gan { $by }, { $on }
annotation-of = Nodyn gan { $by }, { $on }
this-is-what-the-public = Dyma'r hyn y bydd y cyhoedd yn ei weld. Gadewir allan yr hyn sydd dan sêl.
this-is-a-draft-that = Drafft yw hwn y mae rhywun yn ei ddangos i chi. Nid yw wedi'i gyhoeddi, ac efallai na fydd byth. Mae'r ddolen yn gweithio tan { $until }.
draft = Drafft
who-may-read-it = Pwy gaiff ei ddarllen
ground = Sail
what-it-found = Beth a ganfu
document = Dogfen
attached = Ynghlwm
review-of = Adolygiad
there-is-no-such-section = Nid oes adran o'r fath
required-to-publish = gofynnol i gyhoeddi
add-another = Ychwanegu un arall
add-one = Ychwanegu
place-of-all = { $place } o { $all }
answer-or-say-why-not-both = { $label }: rhowch ateb, neu dywedwch pam nad oes un, nid y ddau
nothing-saved = dim
what-was-sent-is-too = Mae'r hyn a anfonwyd yn rhy hir i un ffurflen
the-file-is-too-large = Mae'r ffeil yn rhy fawr, neu ni ddaeth yn gyfan
the-form-cannot-be-read = Ni ellir darllen y ffurflen
the-address-the-password-or = Mae'r cyfeiriad, y cyfrinair neu'r cod yn anghywir, neu defnyddiwyd y cod o'r blaen. Arhoswch am y cod nesaf, a rhowch gynnig arall arni
revoked-on = Dirymwyd ar { $on }
works-until = Yn gweithio tan { $on }
choose-a-file = Dewiswch ffeil
what-would-happen = Beth fyddai'n digwydd
result-of-the-upload = Canlyniad yr uwchlwytho
n-problems = { $n ->
    [two] { $n } broblem
    [few] { $n } phroblem
    [many] { $n } phroblem
   *[other] { $n } problem
}
