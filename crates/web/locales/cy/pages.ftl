### What the pages for readers say

## about.html

about-the-register = Am y gofrestr
the-register-shows-which-algorithms = Mae'r gofrestr yn dangos yr hyn a gyhoeddwyd am yr algorithmau a'r dechnoleg a brynwyd y mae cyrff cyhoeddus yn eu defnyddio ar bobl: pwy a'u gwerthodd, beth a wiriwyd cyn ac ar ôl iddynt fynd yn fyw, a sut i'w herio.
what-is-in-it = Beth sydd ynddi
public-bodies-write-records-about = Mae cyrff cyhoeddus yn ysgrifennu cofnodion am yr hyn y maent yn ei ddefnyddio. Mae arsylwyr yn ysgrifennu cofnodion, gyda thystiolaeth, am yr hyn nad yw cyrff wedi'i gyhoeddi. Daw rhai cofnodion o gofrestrau cyhoeddus eraill. Mae pob cofnod yn dweud pwy a'i gwnaeth.
contracts-come-from-public-notices = Daw contractau o hysbysiadau cyhoeddus. Maent wedi'u cysylltu â chofnodion, gyda'r rheswm dros bob cysylltiad. Lle prynwyd technoleg sensitif ac nad oes cofnod yma sy'n debygol o gyfateb iddi, mae hynny'n gwestiwn agored.
what-you-can-rely-on = Yr hyn y gallwch ddibynnu arno
nothing-published-is-changed-in = Nid oes dim a gyhoeddwyd yn cael ei newid heb ddweud. Mae pob newid yn creu fersiwn newydd, a chedwir pob fersiwn.
words-are-taken-out-only = Dim ond am reswm a nodir y caiff geiriau eu dileu, pan fydd dau berson yn cytuno, ac mae'r man hwnnw yn dweud hynny.
the-same-public-rules-are = Gofynnir yr un <a href="/rules">rheolau cyhoeddus</a> am bob cofnod.
that-nothing-is-here-does = Os nad oes dim yma, nid yw hynny'n golygu nad oes dim yn cael ei ddefnyddio.
report-an-error = Rhoi gwybod am wall
anyone-can-report-an-error = Gall unrhyw un roi gwybod am wall mewn cofnod, heb gyfrif. Agorwch y cofnod, ewch i'w ddiwedd a dewiswch “rhoi gwybod am wall”. Cewch gyfeiriad lle gallwch weld beth a ddaeth o'ch adroddiad.
for-people-who-write-programs = I bobl sy'n ysgrifennu rhaglenni
records-lists-and-bodies-show = Mae cofnodion, rhestrau a chyrff yn dangos yr hyn y mae'r <a href="/api/docs/">rhyngwyneb</a> yn ei ateb, yn yr un cyfeiriad: rhowch <code>/api/v1</code> o'i flaen. Gellir cael <a href="/data">y data</a> yn gyfan.

## accessibility.html

accessibility = Hygyrchedd
we-want-everyone-to-be = Rydym am i bawb allu darllen y gofrestr. Mae'r tudalennau hyn yn gweithio heb lygoden, heb sgript, gyda darllenydd sgrin, ar sgrin fach, yn olau ac yn dywyll, ac ar bapur.
we-aim-for-level-aa = Ein nod yw lefel AA o Ganllawiau Hygyrchedd Cynnwys y We 2.2.
what-we-know-does-not = Yr hyn y gwyddom nad yw'n gweithio eto
what-is-not-welsh = Nid yw siaradwr Cymraeg wedi gwirio'r tudalennau Cymraeg eto. Saesneg yw'r hyn y mae'r rheolau a'r rhyngwyneb yn ei ddweud am gofnod, megis pam y mae cwestiwn yn agored.
documents-that-bodies-upload-may = Mae'n bosibl na fydd dogfennau y mae cyrff yn eu huwchlwytho yn hygyrch. Gofynnwch i'r corff am ffurf arall.
the-pages-that-show-the = Mae angen sgript ar y tudalennau sy'n dangos y rhyngwyneb ar gyfer rhaglenni.
if-something-does-not-work = Os nad yw rhywbeth yn gweithio i chi
tell-the-operator-of-this = Dywedwch wrth weithredwr y gofrestr hon beth y ceisioch ei wneud a beth ddigwyddodd. Gellir cael popeth y mae'r tudalennau yn ei ddangos fel <a href="/data">data</a> hefyd.

## base.html

skip-to-main-content = Neidio i'r prif gynnwys
main = Prif
open-algorithm-register = Cofrestr Agored Algorithmau
records = Cofnodion
gaps = Bylchau
statistics = Ystadegau
data = Data
about = Am y gofrestr
submit = Cyflwyno
signed-in = Wedi mewngofnodi: { $who }
my-desk = Fy nesg
sign-out = Allgofnodi
about-the-data = Am y data
this-page-as-data = Y dudalen hon fel data
public-rules = Rheolau cyhoeddus
data-and-dictionary = Data a geiriadur
interface-api = Rhyngwyneb (API)
feed-of-changes = Ffrwd newidiadau
the-data-may-be-used = Caiff unrhyw un ddefnyddio'r data at unrhyw ddiben, gan enwi'r gofrestr, o dan <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.
one-cookie-keeps-you-signed = Mae un cwci yn eich cadw wedi mewngofnodi; nid oes sgript.
no-cookies-no-script = Dim cwcis, dim sgript.

## chart.html

nothing-to-show = Dim i'w ddangos.
the-first-of = Y { $drawn } cyntaf o { $bars }.

## contract.html

contract-in-public-notices = Contract mewn hysbysiadau cyhoeddus
buyer = Prynwr
not-named = Heb ei enwi
supplier = Cyflenwr
what-it-belongs-to = I beth y mae'n perthyn
no-record-probably-matches-it = Nid oes cofnod sy'n debygol o gyfateb iddo.
open-questions = Cwestiynau agored
a-question-is-not-a = Nid yw cwestiwn yn ddyfarniad o fai.
notices = Hysbysiadau
open-contracting-id = ID contractio agored: <code>{ $ocid }</code>

## correction.html

your-report = Eich adroddiad
it-came-in-on-and = Daeth i law ar { $created } ac mae'n aros am benderfyniad.
keep-the-address-of-this = Cadwch gyfeiriad y dudalen hon: dyma'r unig ffordd o weld beth a ddaeth o'ch adroddiad.
it-came-in-on = Daeth i law ar { $created }.
the-record = Y cofnod

## coverage.html

who-has-published = Pwy sydd wedi cyhoeddi, a phwy sy'n dawel
of-the-bodies-that-are = O'r cyrff y disgwylir iddynt gyhoeddi'r hyn y maent yn ei ddefnyddio, faint oedd wedi gwneud hynny ar { $on }.
a-record-of-its-own = Mae corff wedi cyhoeddi os oes ganddo ei gofnod ei hun yma. Datganiad gan gorff nad yw'n defnyddio dim sy'n perthyn yma yw datganiad dim; mae'n dal am ddeuddeg mis ar y mwyaf. Mae pob un arall yn dawel. Ar gyfer rhai o'r rheini mae cofnodion o gofrestrau eraill, lle y gallant fod wedi cyhoeddi.
nobody-is-expected-to = Nid yw'r gofrestr wedi cael gwybod am neb y disgwylir iddo gyhoeddi.
known-here = Hysbys yma
expected-to-publish = Disgwylir iddo gyhoeddi
have-published = Wedi cyhoeddi
nil-return-holds = Datganiad dim yn dal
silent = Tawel
silent-in-other-registers = Tawel yma, mewn cofrestrau eraill
who-is-silent = Pwy sy'n dawel
the-silent-as-csv = Y rhai tawel fel CSV, gyda pham y disgwylir iddynt gyhoeddi

## data.html

everything-public-in-the-register = Cofnodion, cyrff, contractau a chwestiynau agored y gofrestr, yn gyfan, fel ffeiliau. Nid ydynt byth yn newid ar ôl eu hysgrifennu, maent yn dweud beth sydd ynddynt, a gellir eu gwirio hebom ni. Nid yw'r hyn y mae eraill yn ei ddweud wrth ochr cofnodion ynddynt.
the-first-dump-is-not = Nid yw'r copi cyfan cyntaf wedi'i ysgrifennu eto. Gellir lawrlwytho rhestrau o gofnodion ar unwaith: <a href="/api/v1/records.csv">CSV</a>, <a href="/api/v1/records.xlsx">XLSX</a>, <a href="/api/v1/records.parquet">Parquet</a>.
the-latest-dump = Y copi cyfan diweddaraf, { $on }
file = Ffeil
what-it-is = Beth ydyw
all-files-with-their-sums = Pob ffeil gyda'i swm gwirio ({ $files_total })
every-dump = Pob copi cyfan
what-the-columns-mean = Beth mae'r colofnau yn ei olygu
the-data-dictionary-explains-every = Mae'r <a href="/data/dictionary">geiriadur data</a> yn esbonio pob maes a phob cod, ac yn nodi beth y mae safon y DU, cofrestr yr Iseldiroedd, rhestrau'r Unol Daleithiau, OCDS a Deddf Deallusrwydd Artiffisial yr UE yn eu galw.
in-a-line = Mewn llinell
as-it-was = Fel yr oedd
any-list-and-any-record = Gellir darllen unrhyw restr ac unrhyw gofnod fel yr oedd ar ddiwedd diwrnod a fu: ychwanegwch <code>as_of=2026-05-01</code> at y cyfeiriad. I glywed am newidiadau, defnyddiwch <a href="/changes.atom">y ffrwd</a>, unrhyw chwiliad fel ffrwd, neu <a href="/api/v1/changes?after=0">bob newid yn ei drefn</a>.
licence = Trwydded
creative-commons-attribution-4-0 = <a href="https://creativecommons.org/licenses/by/4.0/">Creative Commons Attribution 4.0</a>: defnyddiwch ef at unrhyw ddiben, ac enwch y gofrestr. Mae dogfennau pobl eraill yn cadw eu telerau eu hunain.

## dictionary.html

data-dictionary = Geiriadur data
the-fields-of-a-record = Meysydd cofnod (cyfanswm: { $total }), wedi'u gwneud o'r un catalog â'r ffurflenni, y rhyngwyneb a'r ffeiliau.
on-this-page = Ar y dudalen hon
code-lists = Rhestrau codau

## diff.html

history-of-the-record = Hanes y cofnod
what-changed-from-version-to = Beth a newidiodd o fersiwn { $number } i { $number2 }
version-of-version-of = <a href="/records/{ $id }/versions/{ $number }">Fersiwn { $number }</a>, dyddiad: { $from }; <a href="/records/{ $id }/versions/{ $number2 }">fersiwn { $number2 }</a>, dyddiad: { $to }.
nothing = Dim byd.

## gap_list.html

the-body-answers = Mae'r corff yn ateb: { $answer }
the-register-says = Mae'r gofrestr yn dweud: { $answer }

## gaps.html

open-questions-about-what-was = Cwestiynau agored am yr hyn a brynwyd
public-notices-say-what-was = Mae hysbysiadau cyhoeddus yn dweud beth a brynwyd. Mae cwestiwn yn agored lle prynwyd technoleg sensitif ac nad oes cofnod yma sy'n debygol o gyfateb iddi, lle mae cofnod yn sôn am offeryn a brynwyd ac nad oes hysbysiad hysbys yma sy'n cyfateb iddo, a lle mae hysbysiadau yn gadael rhywbeth allan.
filters = Hidlwyr
about-the-body = Am y corff
pages = Tudalennau
next-page = Tudalen nesaf
apply = Gosod

## home.html

which-algorithms-are-used-on = Pa algorithmau a ddefnyddir arnoch chi?
see-what-schools-police-forces = Gweld beth a gyhoeddwyd am yr offer y mae ysgolion, heddluoedd a gwasanaethau cyhoeddus yn eu defnyddio: pwy a'u gwerthodd, beth a wiriwyd, a sut i'w herio.
search-the-records = Chwilio'r cofnodion
search = Chwilio
for-example-facial-recognition-schools = Er enghraifft <a href="/records?q=facial+recognition">adnabod wynebau</a>, <a href="/records?sector=schools">ysgolion</a>, <a href="/records?q=benefit+fraud">twyll budd-daliadau</a>
records-2 = cofnod
impact-assessments = asesiad effaith
contracts = contract
open-questions-about-what-was-bought = cwestiwn agored am yr hyn a brynwyd
by-sector = Yn ôl sector
or-by-public-body-supplier = Neu yn ôl <a href="/organisations">corff cyhoeddus</a>, <a href="/suppliers">cyflenwr</a>, <a href="/products">cynnyrch</a>; neu mewn <a href="/statistics">siartiau</a>. Gweler hefyd <a href="/coverage">pwy sydd wedi cyhoeddi, a phwy sy'n dawel</a>.
latest-changes = Newidiadau diweddaraf
all-records-latest-first = Pob cofnod, y diweddaraf yn gyntaf

imported-records = Cofnodion a fewnforiwyd
what-imported-records-say = Mewnforir rhai cofnodion o gofrestrau cyhoeddus eraill, ac maent yn dweud yr hyn y mae'r rheini yn ei ddweud. Nid bwlch gan y corff yw'r hyn nad yw cofrestr o'r fath yn ei nodi.

## items.html

written-by-an-observer = Ysgrifennwyd gan arsylwr
and-more-like-it = <a href="{ $list }{ $id }">a { $more } arall tebyg iddo<span class="govuk-visually-hidden">: { $title }</span></a>

## list.html

any = Unrhyw un
nothing-matches = Nid oes dim yn cyfateb.
back-to-the-first-page = Yn ôl i'r dudalen gyntaf

see-which-of-those-expected = Gweler <a href="/coverage">pa rai o'r cyrff y disgwylir iddynt gyhoeddi sydd wedi gwneud hynny</a>.

## organisation.html

where-they-stand = Ble maent arni
phase = Cam
open-questions-by-the-public = Cwestiynau agored yn ôl y <a href="/rules">rheolau cyhoeddus</a>
question = Cwestiwn
what-it-bought-in-public = Yr hyn a brynodd: { $bought_total } mewn hysbysiadau cyhoeddus
contract = Contract
value = Gwerth
until = Hyd at
open-questions-about-what-it = Cwestiynau agored am yr hyn a brynodd
customers = Cwsmeriaid
body = Corff
contracts-2 = Contractau
latest-records = Cofnodion diweddaraf
all-of-them-with-filters = Pob un ohonynt, gyda hidlwyr
all-that-name-it = Pob cofnod sy'n ei enwi fel man defnyddio
the-body-above-it-uses = Mae <a href="{ $all }">{ $records }</a> yn enwi <a href="{ $href }">{ $name }</a>, y corff uwch ei ben, fel man defnyddio. Gall yr hyn y maent yn ei ddisgrifio gael ei ddefnyddio yma hefyd.
bodies-below-it-that-use = Cyrff oddi tano y mae cofnodion yn eu henwi fel mannau defnyddio

## log.html

the-public-log = Y log cyhoeddus
what-happens-to-a-record = Mae'r hyn sy'n digwydd i gofnod yn cael ei nodi mewn log: pob fersiwn, pob tro y caiff cofnod ei dynnu'n ôl, a phob tro y caiff geiriau eu tynnu allan. Ni all neb newid y log heb i rywun sylwi, ac mae hynny'n wir amdanom ni hefyd.
the-log-is-not-signed = Nid yw'r log yn cael ei lofnodi nawr. Nid yw'r hyn sydd yn y gofrestr yn cyfateb i'r hyn a lofnodwyd. Cadwch y pwynt gwirio sydd gennych. Y rheswm:
entries-and-signed = Mae { $entries ->
    [two] { $entries } eitem
    [few] { $entries } eitem
    [many] { $entries } eitem
   *[other] { $entries } eitem
} yn y log. Mae { $signed } wedi'u llofnodi.
the-checkpoint = Y pwynt gwirio
keep-this-text = Cadwch y testun hwn. Gyda hwn gallwch ddangos yn nes ymlaen beth roedd y gofrestr yn ei ddweud heddiw. Os byddwn yn newid yr hyn a ddywedwyd, ni fydd eich testun yn cyfateb mwyach.
the-key = Yr allwedd
the-key-verifies-the-signature = Mae'r allwedd hon yn gwirio'r llofnod. Mynnwch hi gan rywun arall hefyd, fel nad oes rhaid i chi ymddiried yn y dudalen hon.
how-to-check-us = Sut i'n gwirio ni
with-the-program-of-the-register = Mae rhaglen y gofrestr ei hun yn gwirio'r log cyfan, a bod y gofrestr yn dangos yr hyn mae'r log yn ei ddweud:
every-version-has-a-proof = Mae gan bob fersiwn o gofnod brawf y gallwch ei lawrlwytho o'i thudalen. Mae'r un rhaglen yn ei wirio heb ofyn i neb. Mae'r prawf yn dal yn ddilys ar ôl i eiriau gael eu tynnu allan o'r cofnod.
other-programs-read-the-log = Nid oes rhaid i chi ymddiried yn ein rhaglen ni. Mae'r log wedi'i wneud o <a href="https://c2sp.org/tlog-tiles">deils</a> y mae rhaglenni eraill yn eu darllen. Mae ei ffeiliau'n dechrau yn <a href="/log/checkpoint"><code>/log/checkpoint</code></a>.
what-it-does-not-say = Yr hyn nad yw'r log yn ei ddweud
the-log-holds-hashes = Mae'r log yn cynnwys hashiau, nid geiriau, felly nid oes angen tynnu dim allan ohono. Mae'n dangos bod cofnod yn dweud yr hyn roedd yn ei ddweud. Nid yw'n dangos bod yr hyn roedd yn ei ddweud yn wir.

## problem.html

it-was-published-on-and = Fe'i cyhoeddwyd ar { $published } a'i dynnu'n ôl ar { $gone }: { $reason }.
its-versions-can-still-be = Gellir darllen ei <a href="/records/{ $id }/versions/1">fersiynau</a> o hyd.
the-fault-is-ours-and = Ni sydd ar fai. Os anfonoch rywbeth, mae'n bosibl na chafodd ei gadw. Rhowch gynnig arall arni ymhen ychydig.

## problem_page.html

problem = Problem <code>{ $code }</code>
the-interface = Y rhyngwyneb

## record.html

breadcrumb = Briwsion bara
also-in = Hefyd yn:
this-is-the-record-as = Dyma'r cofnod fel yr oedd ar ddiwedd { $on }. <a href="/records/{ $id }">Ei ddarllen fel y mae nawr</a>.
an-observer-wrote-this-record = Arsylwr a ysgrifennodd y cofnod hwn, nid y corff y mae'n sôn amdano.
imported-and-rests-on = Mewnforiwyd y cofnod hwn. Mae'r hyn sydd yma, ac felly ei fflagiau, ei ddosbarth a'i gyflawnder, yn dibynnu ar: { $source }.
read-it-at-its-home = <a rel="nofollow noopener" href="{ $home }">Ymweld â'r gofrestr honno</a>.
terms-of-the-source = Telerau'r gofrestr honno: { $licence }.
flags-rest-on = Maent yn dibynnu ar: { $source }. Ni ddelir yn erbyn y corff yr hyn nad yw'n ei nodi.
does-it-affect-me-and = A yw'n effeithio arnaf i, a sut mae ei herio?
how-to-challenge-it = Sut i'w herio
you-can-still-ask-the = Gallwch <a href="#ask">ofyn i'r corff</a> o hyd.
start-here = Dechreuwch yma
assessments-before-and-after = Asesiadau cyn ac ar ôl
contracts-and-suppliers = Contractau a chyflenwyr
oversight-and-its-advice = Goruchwylio a'i gyngor
history = Hanes
cite-download-follow = Dyfynnu, lawrlwytho, dilyn
ask-the-body = Gofyn i'r corff
what-the-public-rules-say = Yr hyn y mae'r <a href="/rules">rheolau cyhoeddus</a> yn ei ddweud am y cofnod hwn. Nid yw cwestiwn yn ddyfarniad o fai.
the-rule = Y rheol: { $rule }
from-public-notices-of-what = O hysbysiadau cyhoeddus am yr hyn a brynwyd
assessments-before-and-after-it = Asesiadau cyn ac ar ôl iddo fynd yn fyw
what-the-record-says-of = Yr hyn y mae'r cofnod yn ei ddweud am gontractau
what-public-notices-say = Yr hyn y mae hysbysiadau cyhoeddus yn ei ddweud
nothing-is-known-of-a = Nid yw'r cofnod yn enwi cyflenwr na chontract, ac nid oes hysbysiad cyhoeddus hysbys yma wedi'i gysylltu ag ef.
the-record-names-no-supplier = Nid yw'r cofnod yn enwi cyflenwr na chontract.
summary-of-it = Crynodeb:
confirmed-by-the-body = Cadarnhawyd gan y corff ar { $on } ei fod yn wir o hyd.
confirmed-by-the-observer = Cadarnhawyd gan yr arsylwr a'i hysgrifennodd ar { $on } ei fod yn wir o hyd.
class-and-state = { $class } ({ $state })
what-others-say-of-it = Yr hyn y mae eraill yn ei ddweud amdano, a'r hyn y mae'r corff yn ei ateb
who-says-so-answers-for-it = Nid yw dim o hyn yn rhan o'r cofnod. Y rhai sy'n ei ddweud sy'n atebol amdano.
annotation-by = { $by }, { $on }
answer-of-the-body = Ateb gan { $by }, { $on }
somebody-unnamed = Rhywun
evidence-for-it = Tystiolaeth:
words-were-taken-out-here = Tynnwyd rhywbeth allan yma. Sail: { $ground }. Rheswm: { $reason }
oversight-and-whether-its-advice = Goruchwylio, ac a ddilynwyd ei gyngor
advice = Cyngor: { $advice }.
answer = Ateb: { $response }.
minutes-of = Cofnodion cyfarfod<span class="govuk-visually-hidden">: { $body }, { $when }</span>
required-and-not-answered = Yn ofynnol a heb ei ateb gan y corff:
not-answered-by-the-observer = Yn ofynnol a heb ei ateb gan yr arsylwr:
not-stated-by-the-source-list = Heb ei nodi gan y ffynhonnell:
version = Fersiwn { $number }
what-changed-in-version = Beth a newidiodd<span class="govuk-visually-hidden"> yn fersiwn { $number }</span>
bibtex = BibTeX
citation-file-format = Citation File Format
address-of-this-record = Cyfeiriad y cofnod hwn: <a href="{ $url }">{ $url }</a>
download-as-json = Lawrlwytho fel JSON
follow-changes-of-this-record = Dilyn newidiadau i'r cofnod hwn (ffrwd)
write-to-or-copy-these = Ysgrifennwch i <a href="{ $href }">{ $mail }</a>, neu copïwch y geiriau hyn:
the-record-names-no-contact = Nid yw'r cofnod yn enwi cyswllt. Gellir anfon y geiriau hyn i gyfeiriad cyffredinol y corff, neu eu rhoi mewn cais rhyddid gwybodaeth:
is-something-wrong-in-the = A oes rhywbeth o'i le yn y cofnod? Gall unrhyw un <a href="/records/{ $id }/report">roi gwybod am wall</a> i'r gofrestr.

## records.html

records-as-of = Cofnodion fel yr oeddent ar { $on }
found-different = { $found }, { $n } yn wahanol i'w gilydd
show-each-record = Dangos pob cofnod, gan gynnwys y rhai tebyg
show-records-alike-once = Dangos cofnodion tebyg unwaith yn unig
like-a-record = Tebyg i: { $title }
none-has-all-the-words = Nid oes yr un yn cynnwys y geiriau i gyd: mae'r rhain yn cynnwys rhai ohonynt.
did-you-mean = Ai dyma oeddech yn ei feddwl: <a href="{ $href }">{ $better }</a>?
nearest-other-records = Y cofnodion eraill agosaf: nid eich geiriau i gyd
searched-instead = Chwiliwyd am <strong>{ $searched }</strong> yn lle “{ $typed }”: nid oes “{ $typed }” mewn unrhyw gofnod. <a href="{ $href }">Chwilio am yr union beth a deipiwyd</a>.
did-you-mean-the-filter = Ai'r hidlydd hwn oeddech yn ei feddwl: <a href="{ $href }">{ $facet }: { $label }</a>?
search-without-the-filter = chwilio heb yr hidlydd <a href="{ $href }">{ $label }</a>
search-at-any-time = chwilio heb derfynau amser
suggestions = Awgrymiadau
chosen-filters = Hidlwyr a ddewiswyd
without-value = heb: { $label }
without-instead = Hebddo<span class="govuk-visually-hidden">: { $label }</span>
remove = <span class="govuk-visually-hidden">Tynnu: </span>{ $label } <span aria-hidden="true">×</span>
nothing-matches-you-can = Nid oes dim yn cyfateb. Gallwch:
take-away-the-filters = dynnu'r hidlwyr
use-fewer-or-other-words = defnyddio llai o eiriau neu eiriau eraill, megis yr hyn y mae'n ei wneud yn lle ei enw
look-through-all-records = edrych drwy'r holl gofnodion
that-nothing-is-here-does-not = Os nad oes dim yma, nid yw hynny'n golygu nad oes dim yn cael ei ddefnyddio: nid yw pob corff yn cyhoeddi.
what-was-found = Beth a ganfuwyd
follow-this-search-as-a = Dilyn y chwiliad hwn fel ffrwd
order = Trefn
and-more-narrow-the-search = a { $more } arall: cyfyngwch y chwiliad i'w gweld
take-all-filters-away = Tynnu'r hidlwyr i gyd

## report.html

there-is-a-problem = Mae problem
anyone-can-do-this-you = Gall unrhyw un wneud hyn. Nid oes angen cyfrif arnoch, ac nid oes rhaid i chi ddweud pwy ydych. Mae pobl yn y gofrestr yn ei ddarllen ac yn penderfynu. Os cânt ei fod yn gywir, aiff at y rhai a wnaeth y cofnod.
what-is-wrong-and-what = Beth sydd o'i le, a beth fyddai'n gywir?
name-no-private-persons-at = Peidiwch ag enwi unigolion preifat. 4,000 nod ar y mwyaf.
error = <span class="govuk-visually-hidden">Gwall:</span> { $fault }
where-can-that-be-seen = Ble gellir gweld hynny? (dewisol)
a-web-address-such-as = Cyfeiriad gwe, megis https://council.example/minutes
send = Anfon

## rules.html

the-public-rules = Y rheolau cyhoeddus
these-rules-are-asked-of = Gofynnir y rheolau hyn am bob cofnod, yr un fath i bawb. Lle mae un yn canfod rhywbeth, mae'r cofnod yn dweud hynny a pham. Nid oes sgôr.
version-records-where-this-is = <code>{ $flag }</code>, fersiwn { $version } · <a href="/records?flag={ $flag }">cofnodion lle mae hyn yn agored</a>
how-open-a-record-is = Pa mor agored yw cofnod
what-laws-and-policies-ask = Yr hyn y mae deddfau a pholisïau yn gofyn amdano
only-laws-and-policies-raise = Mae'r rheolau am asesiadau yn dilyn y tabl hwn. Dim ond deddfau a pholisïau sy'n gofyn am asesiad sy'n codi cwestiwn; nid yw arfer da byth yn gwneud hynny. Mae rhywun yn darllen pob deddf yn ei chyfeiriad cyn newid llinell.
where-it-holds = Ble
what-is-owed = Beth
who-owes-it = Pwy
for-which-tools = Pa offer
owed-since = Ers
law-or-policy = Deddf neu bolisi
every-body = Pob corff
without-its-parts = nid cyrff ei rannau
except-area = nid { $area }
since-until = { $since }, hyd { $until }
certain-for-tools-first-used = sicr ar gyfer offer a ddefnyddiwyd gyntaf o { $day }
read-on = Darllenwyd ar { $day }.
read-on-and-not-certain = Darllenwyd ar { $day }, ac nid yw'n sicr:

## statistics.html

every-chart-takes-the-filters = Mae pob siart yn derbyn hidlwyr y <a href="/records">chwiliad</a> yn ei gyfeiriad, megis <a href="/statistics?sector=policing">plismona</a>. Mae'r cyfrifon yn dweud beth sydd yn y gofrestr, nid beth a ddefnyddir: nid yw pob corff yn cyhoeddi.
as-a-table = Fel tabl<span class="govuk-visually-hidden">: { $title }</span>
csv = CSV<span class="govuk-visually-hidden">: { $title }</span>
for-your-own-page = Ar gyfer eich tudalen eich hun<span class="govuk-visually-hidden">: { $title }</span>

## suggest.html

begin-to-type = Dechreuwch deipio
suggest = Awgrymu
the-first-letters-will-do = Mae llythrennau cyntaf unrhyw air yn ddigon: o deitl, corff, cyflenwr, cynnyrch, term neu gwestiwn.
nothing-begins-so = Nid oes dim yn y gofrestr yn dechrau felly.
what-begins-so = Yr hyn y gallech fod yn chwilio amdano
search-for-it-as-it-stands = Neu <a href="{ $href }">chwiliwch am “{ $q }”</a> fel y mae.

## version.html

the-record-as-it-stands = Y cofnod fel y mae nawr
version-of = Fersiwn { $number } o'r cofnod { $id }
what-changed-in-this-version = Beth a newidiodd yn y fersiwn hon
proof-of-this-version = Lawrlwytho prawf y fersiwn hon
what-the-proof-proves = Mae'n dangos bod y fersiwn hon yn <a href="/log">y log cyhoeddus</a>, a beth roedd yn ei ddweud.
sha-256-of-this-version = SHA-256 y fersiwn hon: <code>{ $sha256 }</code>

## Counts and dates

n-records = { $n ->
    [two] { $n } gofnod
    [few] { $n } chofnod
    [many] { $n } chofnod
   *[other] { $n } cofnod
}
n-records-narrowed = { $n ->
    [one] { $n } cofnod, wedi'i gyfyngu i:
    [two] { $n } gofnod, wedi'u cyfyngu i:
    [few] { $n } chofnod, wedi'u cyfyngu i:
    [many] { $n } chofnod, wedi'u cyfyngu i:
   *[other] { $n } cofnod, wedi'u cyfyngu i:
}
match-because = Cyfatebiaeth: { $class } ({ $state }), oherwydd:
state-on = { $state } ar { $at }.
published-on = Cyhoeddwyd ar { $on }.
published-replaced = Cyhoeddwyd ar { $on }, disodlwyd ar { $at }.
required-when = gofynnol: { $when }
changed-on = newidiwyd ar { $on }
published-changed-version = Cyhoeddwyd ar { $published } · newidiwyd ar { $updated } (fersiwn { $version })
imported-from = Mewnforiwyd o { $source }
imported-from-edition = Mewnforiwyd o { $source }, argraffiad { $edition }
first-published-there = cyhoeddwyd yno gyntaf ar { $on }
last-changed-there = newidiwyd yno ddiwethaf ar { $on }
its-page-at-the-source = Ei dudalen yn y ffynhonnell
not-in-the-edition-of = Nid yw yn argraffiad { $missing } o'i ffynhonnell mwyach. Argraffiad { $edition } yw'r un olaf sydd ag ef.
not-in-the-latest-edition = Nid yw yn argraffiad diweddaraf ei ffynhonnell mwyach.
this-version-for-good = Y fersiwn hon, nad yw byth yn newid
proof-in-the-public-log = Ei phrawf yn y log cyhoeddus
not-in-its-source-any-more = Nid yw yn ei ffynhonnell mwyach
n-of-required-answered = Meysydd gofynnol a atebwyd: { $answered } o { $required }
n-not-stated-by-the-source = heb eu nodi gan y ffynhonnell: { $n } arall
transparency-class-is = <a href="/rules#transparency">Tryloywder</a>: { $class }
n-records-from = { $n ->
    [one] Mae { $n } cofnod yn dibynnu ar: { $source }. Nid yw'n nodi { $share } o'r hyn y mae'n rhaid i'r cofnod ei ateb ({ $not_stated } o { $asked } ateb).
   *[other] Mae { $n } cofnod yn dibynnu ar: { $source }. Nid yw'n nodi { $share } o'r hyn y mae'n rhaid i'r cofnodion ei ateb ({ $not_stated } o { $asked } ateb).
}
whatever-the-filters = Nid yw'r rhestr hon yn cymryd hidlwyr.
no-assessment-in-the-record = Nid oes asesiad yn y cofnod.
no-review-in-the-record = Nid oes adolygiad gan gorff goruchwylio yn y cofnod.
what-stands-here-is-past = Mae'r hyn sydd yma yn disgrifio'r defnydd ohono hyd hynny.
source-register = Ffynhonnell: <a href="{ $page }" target="_top">Cofrestr Agored Algorithmau</a>.

## Made by code

by-the-same-meaning = wedi'i ganfod drwy eiriau o'r un ystyr
by-the-same-meaning-of = wedi'i ganfod drwy air o'r un ystyr: { $words }
in-another-language = wedi'i ganfod mewn iaith arall
in-another-language-by = wedi'i ganfod mewn iaith arall: { $words }
with-its-records = { $name } ({ $records })
suggestions-for = Awgrymiadau ar gyfer “{ $q }”
suggested-title = teitl cofnod
suggested-body = corff cyhoeddus
suggested-supplier = cyflenwr
suggested-product = cynnyrch
suggested-term = term
suggested-question = cwestiwn
note-unknown-field = Nid yw “{ $about }:” yn faes chwilio, felly chwiliwyd amdano fel geiriau. Y meysydd yw cyhoeddwr:, cyflenwr:, teitl: a sector:.
note-lone-operator = Nid oes gan “{ $about }” ddim i'w gysylltu, felly fe'i gadawyd allan. Rhowch air bob ochr i AND ac OR, ac un ar ôl NOT; mewn llythrennau bach, geiriau ydynt.
note-unbalanced-bracket = Nid oes gan un cromfach ei hanner arall, felly fe'i gadawyd allan. Caewch bob cromfach yr ydych yn ei hagor.
note-unclosed-quote = Nid oes gan un dyfynnod ei hanner arall, felly daw'r ymadrodd i ben gyda'r testun. Caewch ef lle daw'r ymadrodd i ben.
note-short-prefix = Chwiliwyd am “{ $about }” fel gair: mae angen o leiaf ddwy lythyren cyn y * ar ddechrau geiriau, a chaiff chwiliad gynnwys pedwar ohonynt.
note-too-many-words = Mae'r chwiliad yn rhy hir: gadawyd ei eiriau olaf ({ $about }) allan. Gadewch allan eiriau nad ydynt yn dweud llawer.
note-only-stop-words = Dim ond geiriau sydd ym mron pob testun sydd yn y chwiliad. Ychwanegwch un sy'n dweud am beth yr ydych yn chwilio.
note-unknown-value = Nid oes dim o'r enw “{ $value }” yn “{ $about }:”. Gwiriwch ei sillafu, neu gadewch “{ $about }:” allan.
yes = Ydy
no = Nac ydy
register-in-a-sentence = Pa algorithmau a thechnoleg a brynwyd y mae ysgolion, heddluoedd a gwasanaethau cyhoeddus yn eu defnyddio ar bobl: beth a wiriwyd, pwy a'u gwerthodd, a sut i'w herio.
feed-atom = Ffrwd (Atom)
sector = Sector
what-can-happen-to-a = Beth all ddigwydd i berson
how-it-works = Sut mae'n gweithio
product = Cynnyrch
region = Rhanbarth
country = Gwlad
best-match-or-latest-change = Y cyfatebiad gorau, neu'r newid diweddaraf
latest-change = Y newid diweddaraf
earliest-change = Y newid cynharaf
latest-publication = Y cyhoeddiad cyntaf diweddaraf
earliest-publication = Y cyhoeddiad cyntaf cynharaf
most-people-affected = Y nifer fwyaf o bobl yr effeithir arnynt
publisher = Cyhoeddwr
records-of = Cofnodion: { $chosen }
records-about = Cofnodion am { $q }
spreadsheet-xlsx = Taenlen (XLSX)
public-bodies = Cyrff cyhoeddus
bodies-that-publish-records-that = Cyrff y cafodd y gofrestr wybod amdanynt, neu y mae cofnodion neu hysbysiadau cyhoeddus yn eu henwi. Nid yw bod corff yma yn golygu ei fod yn cyhoeddi.
has-published = Gyda chofnodion am yr hyn y mae'n ei ddefnyddio
expected-to-publish-and-has = Disgwylir iddo gyhoeddi, ac nid yw wedi gwneud hynny
suppliers = Cyflenwyr
firms-that-records-or-public = Cwmnïau y mae cofnodion neu hysbysiadau cyhoeddus yn dweud eu bod wedi gwerthu neu adeiladu rhywbeth.
what-is-sold-to-public = Yr hyn a werthir i gyrff cyhoeddus o dan ei enw ei hun.
what-public-notices-say-was = Yr hyn y mae hysbysiadau cyhoeddus yn dweud iddo gael ei brynu. Gall y rhai ar y rhestr wylio fod ar gyfer rhywbeth sy'n penderfynu am bobl.
on-the-watch-list = Ar y rhestr wylio
linked-to-a-record = Wedi'i gysylltu â chofnod
impact-assessments-2 = Asesiadau effaith
what-was-assessed-before-a = Yr hyn a aseswyd cyn defnyddio offeryn ac wedyn, a'r hyn sy'n hwyr.
type = Math
stage = Cyfnod
status = Statws
search-the-public-bodies = Chwilio'r cyrff cyhoeddus
look-through-all-bodies = Edrych drwy'r holl gyrff
search-suppliers = Chwilio cyflenwyr
look-through-all-suppliers = Edrych drwy'r holl gyflenwyr
search-products = Chwilio cynhyrchion
look-through-all-products = Edrych drwy'r holl gynhyrchion
search-contracts = Chwilio contractau
look-through-all-contracts = Edrych drwy'r holl gontractau
search-assessments = Chwilio asesiadau
look-through-all-assessments = Edrych drwy'r holl asesiadau
bought-by = prynwyd gan { $name }
from-name = oddi wrth { $name }
until-2 = tan { $on }
completed = cwblhawyd { $on }
next-review-due = adolygiad nesaf erbyn { $on }
is-expected-to-publish = disgwylir iddo gyhoeddi, ac nid yw wedi gwneud hynny
is-expected-and-publishes = disgwylir iddo gyhoeddi, ac nid yw wedi gwneud hynny yma ei hun
says-that-it-uses-nothing = yn dweud nad yw'n defnyddio dim o'r fath
n-bodies = { $n ->
    [two] { $n } gorff
    [few] { $n } chorff
    [many] { $n } chorff
   *[other] { $n } corff
}
n-suppliers = { $n ->
    [two] { $n } gyflenwr
    [few] { $n } chyflenwr
    [many] { $n } chyflenwr
   *[other] { $n } cyflenwr
}
n-products = { $n ->
    [two] { $n } gynnyrch
    [few] { $n } chynnyrch
    [many] { $n } chynnyrch
   *[other] { $n } cynnyrch
}
n-contracts = { $n ->
    [two] { $n } gontract
    [few] { $n } chontract
    [many] { $n } chontract
   *[other] { $n } contract
}
n-assessments = { $n } asesiad
n-questions = { $n ->
    [two] { $n } gwestiwn
    [few] { $n } chwestiwn
    [many] { $n } chwestiwn
   *[other] { $n } cwestiwn
}
n-open-questions = { $n ->
    [two] { $n } gwestiwn agored
    [few] { $n } chwestiwn agored
    [many] { $n } chwestiwn agored
   *[other] { $n } cwestiwn agored
}
n-parts = { $n ->
    [two] { $n } ran
   *[other] { $n } rhan
}
n-days = { $n ->
    [two] { $n } ddiwrnod
   *[other] { $n } diwrnod
}
missing-before-it-went-live = Ni ddangosir ei fod yn gyflawn cyn iddo fynd yn fyw
missing-since-it-went-live = Ni ddangosir iddo gael ei wneud ers iddo fynd yn fyw
first-used-on-people = Defnyddiwyd gyntaf ar bobl
not-in-use-or-the = Nid yw'n cael ei ddefnyddio, neu ni nodir y diwrnod
read-the-assessment = Darllen yr asesiad
outcome = Canlyniad: { $outcome }
risk = Risg: { $risk }
by = Gan: { $role }
to-be-reviewed-by = I'w adolygu erbyn { $on }
withheld = Wedi'i ddal yn ôl: { $ground }
everything-as-a-workbook-a = Pob tabl fel llyfr gwaith, dalen ar gyfer pob un ac un sy'n esbonio'r colofnau
everything-as-one-sqlite-database = Pob tabl fel un gronfa ddata SQLite gydag allweddi a mynegeion
the-records-as-csv = Y cofnodion fel CSV
the-records-as-parquet-with = Y cofnodion fel Parquet gyda cholofnau â mathau
the-records-as-json-one = Y cofnodion fel JSON, un ar bob llinell
every-assessment = Pob asesiad
every-contract = Pob contract
what-changed-field-by-field = Yr hyn a newidiodd, fesul maes
what-every-table-and-column = Yr hyn sydd ym mhob tabl a cholofn
the-sums-of-all-files = Symiau'r holl ffeiliau
code-lists-json = Rhestri codau (JSON)
preview = Rhagolwg
it-is-no-longer-used = Nid yw'n cael ei ddefnyddio ers { $on }.
it-is-not-used-now = Nid yw'n cael ei ddefnyddio mwyach.
body-it-is-about = Y corff y mae'n sôn amdano
not-stated = Heb ei nodi
not-stated-by-the-source = Heb ei nodi gan y ffynhonnell
in-its-edition = { $source }, rhifyn { $edition }
named-source = { $source }
a-decision = Penderfyniad
no-advice-stated = Ni nodir cyngor
no-answer-stated = Ni nodir ateb
supplier-not-named = Ni enwir y cyflenwr
who-answers-for-it = Pwy sy'n atebol amdano
why-it-is-used = Pam y caiff ei ddefnyddio
how-it-works-data-models = Sut mae'n gweithio: data, modelau a phobl
on-whom-it-is-used = Ar bwy y caiff ei ddefnyddio
what-else-was-checked = Beth arall a wiriwyd
complaints-and-incidents = Cwynion a digwyddiadau
what-it-costs-besides-money = Beth y mae'n ei gostio heblaw arian
five-tests = Pum prawf
what-this-record-rests-on = Ar beth y mae'r cofnod hwn yn seiliedig
who-can = Pwy all
how = Sut
within = O fewn
together-with-others = Ynghyd ag eraill
regulator = Rheoleiddiwr
what-it-does = Beth y mae'n ei wneud
access-to-data = Mynediad at ddata
company-number = Rhif cwmni
link-to-this-record = Cysylltiad â'r cofnod hwn
works-in = Yn gweithio ym maes
also-known-as = Hefyd yn cael ei alw'n
identifiers = Dynodwyr
open-source = Ffynhonnell agored
public-body = Corff cyhoeddus
contracts-known-here = Contractau hysbys yma
value-of-contracts-known-here = Gwerth y contractau hysbys yma
sold-by = Gwerthir gan
is-expected-to-publish-what = Disgwylir i { $name } gyhoeddi'r hyn y mae'n ei ddefnyddio, ac nid yw wedi cyhoeddi dim yma.
is-expected-and-has-not-itself = Disgwylir i { $name } gyhoeddi'r hyn y mae'n ei ddefnyddio, ac nid yw wedi gwneud hynny yma ei hun. Cymerwyd y cofnodion isod o gofrestrau eraill.
states-that-it-uses-nothing-but = Mae { $name } yn datgan nad yw'n defnyddio dim sy'n perthyn yma. Mae cofnodion isod yn dweud ei fod yn defnyddio rhywbeth.
states-that-it-uses-nothing = Mae { $name } yn datgan nad yw'n defnyddio dim sy'n perthyn yma.
named-as-place-of-use = { $n ->
    [two] { $n } gofnod yn ei enwi fel man defnyddio
    [few] { $n } chofnod yn ei enwi fel man defnyddio
    [many] { $n } chofnod yn ei enwi fel man defnyddio
   *[other] { $n } cofnod yn ei enwi fel man defnyddio
}
is-expected-but-others-say = Disgwylir i { $name } gyhoeddi'r hyn y mae'n ei ddefnyddio, ac nid yw'n cyhoeddi dim yma ei hun. Yn ôl cofnodion eraill, nifer yr offer a ddefnyddir yno yw { $n }.
publishes-nothing-but-others-say = Nid yw { $name } yn cyhoeddi dim yma ei hun. Yn ôl cofnodion eraill, nifer yr offer a ddefnyddir yno yw { $n }.
states-nothing-but-others-say = Mae { $name } yn datgan nad yw'n defnyddio dim sy'n perthyn yma. Yn ôl cofnodion eraill, nifer yr offer a ddefnyddir yno yw { $n }.
public-notices-raise-the-questions = Mae hysbysiadau cyhoeddus yn codi'r cwestiynau isod.
since-day = Ers { $on }
nil-return = Datganiad dim
declared-and-holds = Datganwyd ar { $declared }, yn dal tan { $on }.
declared-and-contradicted = Datganwyd ar { $declared }, yn dal tan { $on }; mae cofnodion cyhoeddedig yn dweud fel arall.
declared-and-lapsed = Datganwyd ar { $declared }, daeth i ben ar ôl { $on }.
declared-and-withdrawn = Datganwyd ar { $declared }, tynnwyd yn ôl ar { $on }.
by-the-body-itself = Cyflwynwyd gan y corff ei hun.
by-the-register = Rhoddwyd i mewn gan y gofrestr.
all-together = Gyda'i gilydd
n-of-all = { $n } o { $all }
also-a-supplier-of = Hefyd yn cyflenwi
from = O
signed = Llofnodwyd
how-it-was-bought = Sut y'i prynwyd
kind-of-question = Math o gwestiwn
where-it-stands = Ei sefyllfa
kind-of-body = Math o gorff
in-the-notice-in-the = { $rule }: ‘{ $left }’ yn yr hysbysiad, ‘{ $right }’ yn y gofrestr
record = Cofnod { $id }
buyer-2 = Prynwr: { $names }
supplier-2 = Cyflenwr: { $names }
records-by-sector = Cofnodion yn ôl sector
a-record-can-be-of = Gall cofnod fod o sawl sector.
records-by-phase = Cofnodion yn ôl cam
where-each-tool-stands-in = Lle mae pob offeryn arni yn ei oes, yn ôl ei gofnod.
effect = Effaith
a-record-can-have-several = Gall cofnod gael sawl effaith.
open-questions-by-rule = Cwestiynau agored yn ôl rheol
what-the-public-rules-ask = Yr hyn y mae'r rheolau cyhoeddus yn ei ofyn am gofnodion. Nid yw cwestiwn yn ganfyddiad o fai.
first-publications-by-month = Cyhoeddiadau cyntaf yn ôl mis
latest-first-months-without-any = Y diweddaraf yn gyntaf; gadewir misoedd heb yr un allan.
suppliers-that-most-records-name = Y cyflenwyr a enwir gan y nifer fwyaf o gofnodion
of-records-that-name-a = O'r cofnodion sy'n enwi cyflenwr.
bodies-that-are-expected-to = Cyrff y disgwylir iddynt gyhoeddi, ac nad ydynt wedi gwneud hynny
silent-bodies = Cyrff tawel
of-bodies-that-are-expected = O'r cyrff y disgwylir iddynt gyhoeddi. Nid yw hidlwyr yn ei gulhau.
no-open-question = Dim cwestiwn agored
none-stated = Dim wedi'i nodi
expected = { $kind } (disgwylir { $expected })
kind-not-known = Math anhysbys
there-is-no-such-chart = Nid oes siart o'r fath
title-version = { $title }, fersiwn { $number }
added = ychwanegwyd
removed = tynnwyd
title-version-to = { $title }: fersiwn { $from } i { $to }
accepted = Derbyniwyd
declined = Gwrthodwyd
open = Agored
i-have-read-of-you = Rwyf wedi darllen cofnod amdanoch chi, a ysgrifennwyd gan arsylwr, '{ $title }' ({ $id }, fersiwn { $version }) yn y Gofrestr Agored Algorithmau.
i-have-read-yours = Rwyf wedi darllen eich cofnod '{ $title }' ({ $id }, fersiwn { $version }) yn y Gofrestr Agored Algorithmau.
i-have-read-imported = Rwyf wedi darllen cofnod am yr hyn yr ydych yn ei ddefnyddio, '{ $title }' ({ $id }, fersiwn { $version }), a gymerodd y Gofrestr Agored Algorithmau o gofrestr arall.
dear-sir-or-madam = Annwyl Syr neu Fadam,
it-does-not-answer = Nid yw'n ateb: { $fields }.
please-tell-me-what-belongs = Dywedwch wrthyf beth sy'n perthyn yno, a chyhoeddwch ef yn y gofrestr, os gwelwch yn dda.
somebody-changed-it-while-you = Newidiodd rhywun ef tra oeddech yn darllen. Dyma sut mae'n sefyll nawr: edrychwch eto, a phenderfynwch eto
there-is-no-such-page = Nid oes tudalen o'r fath
this-record-was-withdrawn = Tynnwyd y cofnod hwn yn ôl
please-come-again-in-a = Dewch yn ôl mewn munud
the-search-cannot-be-answered = Ni ellir ateb y chwiliad fel y'i gofynnwyd
sign-in-first = Mewngofnodwch yn gyntaf
you-may-not-do-this = Ni chewch wneud hyn
this-cannot-be-done-now = Ni ellir gwneud hyn nawr
something-went-wrong = Aeth rhywbeth o'i le
n-bars = { $n } bar. Yr hwyaf yw { $label }: { $number }.
error-of = Gwall: { $title }
there-is-nothing-here = Nid oes dim yn y cyfeiriad hwn
eu-ai-act-annex = Deddf AI yr UE, atodiad
dutch-register = Cofrestr yr Iseldiroedd
us-inventory = Rhestr yr Unol Daleithiau
