### What the pages for readers say

## about.html

about-the-register = About the register
the-register-shows-which-algorithms = The register shows what is published about the algorithms and bought technology that public bodies use on people: who sold them, what was checked before and after they went live, and how to challenge them.
what-is-in-it = What is in it
public-bodies-write-records-about = Public bodies write records about what they use. Observers write records about what bodies have not published, with evidence. Some records come from other public registers. Each record says who made it.
contracts-come-from-public-notices = Contracts come from public notices. They are linked to records with the reason for each link. Where sensitive technology was bought and no record here probably matches it, that is an open question.
what-you-can-rely-on = What you can rely on
nothing-published-is-changed-in = Nothing published is changed in silence. Each change makes a new version, and all versions stay.
words-are-taken-out-only = Words are taken out only for a stated reason, when two people agree, and the place says so.
the-same-public-rules-are = The same <a href="/rules">public rules</a> are asked of every record.
that-nothing-is-here-does = That nothing is here does not mean that nothing is used.
report-an-error = Report an error
anyone-can-report-an-error = Anyone can report an error in a record, without an account. Open the record, go to its end and choose “report an error”. You get an address at which you see what became of it.
for-people-who-write-programs = For people who write programs
records-lists-and-bodies-show = Records, lists and bodies show what <a href="/api/docs/">the interface</a> answers, by the same address: put <code>/api/v1</code> before it. <a href="/data">The data</a> can be had whole.

## accessibility.html

accessibility = Accessibility
we-want-everyone-to-be = We want everyone to be able to read the register. These pages work without a mouse, without script, with a screen reader, on a small screen, in light and in dark, and on paper.
we-aim-for-level-aa = We aim for level AA of the Web Content Accessibility Guidelines 2.2.
what-we-know-does-not = What we know does not work yet
what-is-not-welsh = The Welsh pages have not been checked by a Welsh speaker yet. What the rules and the interface say of a record, such as why a question is open, is in English there too.
documents-that-bodies-upload-may = Documents that bodies upload may not be accessible. Ask the body for another form.
the-pages-that-show-the = The pages that show the interface for programs need script.
if-something-does-not-work = If something does not work for you
tell-the-operator-of-this = Tell the operator of this register what you tried and what happened. All that the pages show can also be had as <a href="/data">data</a>.

## base.html

skip-to-main-content = Skip to main content
main = Main
open-algorithm-register = Open Algorithm Register
records = Records
gaps = Gaps
statistics = Statistics
data = Data
about = About
submit = Submit
signed-in = Signed in: { $who }
my-desk = My desk
sign-out = Sign out
about-the-data = About the data
this-page-as-data = This page as data
public-rules = Public rules
data-and-dictionary = Data and dictionary
interface-api = Interface (API)
feed-of-changes = Feed of changes
the-data-may-be-used = The data may be used by anyone for anything, naming the register, under <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.
one-cookie-keeps-you-signed = One cookie keeps you signed in; there is no script.
no-cookies-no-script = No cookies, no script.

## chart.html

nothing-to-show = Nothing to show.
the-first-of = The first { $drawn } of { $bars }.

## contract.html

contract-in-public-notices = Contract in public notices
buyer = Buyer
not-named = Not named
supplier = Supplier
what-it-belongs-to = What it belongs to
no-record-probably-matches-it = No record probably matches it.
open-questions = Open questions
a-question-is-not-a = A question is not a finding of fault.
notices = Notices
open-contracting-id = Open contracting id: <code>{ $ocid }</code>

## correction.html

your-report = Your report
it-came-in-on-and = It came in on { $created } and waits for a decision.
keep-the-address-of-this = Keep the address of this page: it is the only way to see what became of your report.
it-came-in-on = It came in on { $created }.
the-record = The record

## coverage.html

who-has-published = Who has published, and who is silent
of-the-bodies-that-are = Of the bodies that are expected to publish what they use, how many had done so on { $on }.
a-record-of-its-own = A body has published if it has a record of its own here. A nil return is its declaration that it uses nothing that belongs here; it holds for at most twelve months. All others are silent. For some of those there are records from other registers, where they may have published.
nobody-is-expected-to = The register has not been told of anybody who is expected to publish.
known-here = Known here
expected-to-publish = Expected to publish
have-published = Have published
nil-return-holds = Nil return holds
silent = Silent
silent-in-other-registers = Silent here, in other registers
who-is-silent = Who is silent
the-silent-as-csv = The silent as CSV, with why they are expected to publish

## data.html

everything-public-in-the-register = Records, bodies, contracts and open questions of the register, whole, as files. They never change once written, say what they hold, and can be checked without us. What others say beside records is not in them.
the-first-dump-is-not = The first dump is not written yet. Lists of records can be downloaded at once: <a href="/api/v1/records.csv">CSV</a>, <a href="/api/v1/records.xlsx">XLSX</a>, <a href="/api/v1/records.parquet">Parquet</a>.
the-latest-dump = The latest dump, { $on }
file = File
what-it-is = What it is
all-files-with-their-sums = All { $files_total } files with their sums
every-dump = Every dump
what-the-columns-mean = What the columns mean
the-data-dictionary-explains-every = The <a href="/data/dictionary">data dictionary</a> explains every field and every code, and names what the UK standard, the Dutch register, the US inventories, OCDS and the EU AI Act call it.
in-a-line = In a line
as-it-was = As it was
any-list-and-any-record = Any list and any record can be read as it stood at the end of a past day: add <code>as_of=2026-05-01</code> to its address. To hear of changes, take <a href="/changes.atom">the feed</a>, any search as a feed, or <a href="/api/v1/changes?after=0">every change in order</a>.
licence = Licence
creative-commons-attribution-4-0 = <a href="https://creativecommons.org/licenses/by/4.0/">Creative Commons Attribution 4.0</a>: use it for anything, and name the register. Documents of others keep their own terms.

## dictionary.html

data-dictionary = Data dictionary
the-fields-of-a-record = The { $total } fields of a record, made from the same catalogue as the forms, the interface and the files.
on-this-page = On this page
code-lists = Code lists

## diff.html

history-of-the-record = History of the record
what-changed-from-version-to = What changed from version { $number } to { $number2 }
version-of-version-of = <a href="/records/{ $id }/versions/{ $number }">Version { $number }</a> of { $from }, <a href="/records/{ $id }/versions/{ $number2 }">version { $number2 }</a> of { $to }.
nothing = Nothing.

## gap_list.html

the-body-answers = The body answers: { $answer }
the-register-says = The register says: { $answer }

## gaps.html

open-questions-about-what-was = Open questions about what was bought
public-notices-say-what-was = Public notices say what was bought. A question is open where sensitive technology was bought and no record here probably matches it, where a record tells of a bought tool and no notice known here matches it, and where notices leave something out.
filters = Filters
about-the-body = About the body
pages = Pages
next-page = Next page
apply = Apply

## home.html

which-algorithms-are-used-on = Which algorithms are used on you?
see-what-schools-police-forces = See what is published about the tools that schools, police forces and public services use: who sold them, what was checked, and how to challenge them.
search-the-records = Search the records
search = Search
for-example-facial-recognition-schools = For example <a href="/records?q=facial+recognition">facial recognition</a>, <a href="/records?sector=schools">schools</a>, <a href="/records?q=benefit+fraud">benefit fraud</a>
records-2 = records
impact-assessments = impact assessments
contracts = contracts
open-questions-about-what-was-bought = open questions about what was bought
by-sector = By sector
or-by-public-body-supplier = Or by <a href="/organisations">public body</a>, <a href="/suppliers">supplier</a>, <a href="/products">product</a>; or in <a href="/statistics">charts</a>. See also <a href="/coverage">who has published, and who is silent</a>.
latest-changes = Latest changes
all-records-latest-first = All records, latest first

imported-records = Imported records
what-imported-records-say = Some records are imported from other public registers and say what those say. What such a register does not state is no gap of the body.

## items.html

written-by-an-observer = Written by an observer
and-more-like-it = <a href="{ $list }{ $id }">and { $more } more like it<span class="govuk-visually-hidden">: { $title }</span></a>

## list.html

any = Any
nothing-matches = Nothing matches.
back-to-the-first-page = Back to the first page

see-which-of-those-expected = See <a href="/coverage">which of those expected to publish have done so</a>.

## organisation.html

where-they-stand = Where they stand
phase = Phase
open-questions-by-the-public = Open questions by the <a href="/rules">public rules</a>
question = Question
what-it-bought-in-public = What it bought: { $bought_total } in public notices
contract = Contract
value = Value
until = Until
open-questions-about-what-it = Open questions about what it bought
customers = Customers
body = Body
contracts-2 = Contracts
latest-records = Latest records
all-of-them-with-filters = All of them, with filters
all-that-name-it = All records that name it as a place of use
the-body-above-it-uses = <a href="{ $all }">{ $records }</a> name <a href="{ $href }">{ $name }</a>, the body above it, as a place of use. What they describe may be used here too.
bodies-below-it-that-use = Bodies below it that records name as places of use

## log.html

the-public-log = The public log
what-happens-to-a-record = What happens to a record is entered into a log: each version, each time a record is taken back, and each time words are taken out. Nobody can change the log unseen, and that goes for us too.
the-log-is-not-signed = The log is not signed now. What the register holds does not fit what was signed. Keep the checkpoint you have. The reason:
entries-and-signed = The log has { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}. { $signed } of them { $signed ->
    [one] is
   *[other] are
} signed.
the-checkpoint = The checkpoint
keep-this-text = Keep this text. With it you can show later what the register said today. If we change what was said, your text will not fit any more.
the-key = The key
the-key-verifies-the-signature = This key checks the signature. Get it from somebody else too, so that you need not trust this page.
how-to-check-us = How to check us
with-the-program-of-the-register = The register's own program checks the whole log, and that the register shows what the log says:
every-version-has-a-proof = Each version of a record has a proof that you can download from its page. The same program checks it and asks nobody. The proof still holds after words were taken out of the record.
other-programs-read-the-log = You need not trust our program. The log is made of <a href="https://c2sp.org/tlog-tiles">tiles</a> that other programs read. Its files start at <a href="/log/checkpoint"><code>/log/checkpoint</code></a>.
what-it-does-not-say = What the log does not say
the-log-holds-hashes = The log holds hashes, not words, so nothing has to be taken out of it. It shows that a record says what it said. It does not show that what it said is true.

## problem.html

it-was-published-on-and = It was published on { $published } and withdrawn on { $gone }: { $reason }.
its-versions-can-still-be = Its <a href="/records/{ $id }/versions/1">versions</a> can still be read.
the-fault-is-ours-and = The fault is ours. If you sent something, it may not have been saved. Try again in a moment.

## problem_page.html

problem = Problem <code>{ $code }</code>
the-interface = The interface

## record.html

breadcrumb = Breadcrumb
also-in = Also in:
this-is-the-record-as = This is the record as it stood at the end of { $on }. <a href="/records/{ $id }">Read it as it stands now</a>.
an-observer-wrote-this-record = An observer wrote this record, not the body that it is about.
imported-and-rests-on = This record was imported. What stands here, and so its flags, class and completeness, rests on the { $source }.
read-it-at-its-home = <a rel="nofollow noopener" href="{ $home }">Visit that register</a>.
terms-of-the-source = Terms of that register: { $licence }.
flags-rest-on = They rest on the { $source }: what it does not state is not held against the body.
does-it-affect-me-and = Does it affect me, and how do I challenge it?
how-to-challenge-it = How to challenge it
you-can-still-ask-the = You can still <a href="#ask">ask the body</a>.
start-here = Start here
assessments-before-and-after = Assessments before and after
contracts-and-suppliers = Contracts and suppliers
oversight-and-its-advice = Oversight and its advice
history = History
cite-download-follow = Cite, download, follow
ask-the-body = Ask the body
what-the-public-rules-say = What the <a href="/rules">public rules</a> say of this record. A question is not a finding of fault.
the-rule = The rule: { $rule }
from-public-notices-of-what = From public notices of what was bought
assessments-before-and-after-it = Assessments before and after it went live
what-the-record-says-of = What the record says of contracts
what-public-notices-say = What public notices say
nothing-is-known-of-a = The record names no supplier or contract, and no public notice known here is linked to it.
the-record-names-no-supplier = The record names no supplier or contract.
summary-of-it = Summary:
confirmed-by-the-body = Confirmed by the body on { $on } as still true.
confirmed-by-the-observer = Confirmed by the observer who wrote it on { $on } as still true.
class-and-state = { $class } ({ $state })
what-others-say-of-it = What others say of it, and what the body answers
who-says-so-answers-for-it = None of this is part of the record. Those who say it answer for it.
annotation-by = { $by }, { $on }
answer-of-the-body = Answer of { $by }, { $on }
somebody-unnamed = Somebody
evidence-for-it = Evidence:
words-were-taken-out-here = Something was taken out here. Ground: { $ground }. Reason: { $reason }
oversight-and-whether-its-advice = Oversight, and whether its advice was followed
advice = Advice: { $advice }.
answer = Answer: { $response }.
minutes-of = Minutes<span class="govuk-visually-hidden"> of { $body }, { $when }</span>
required-and-not-answered = Required and not answered by the body:
not-answered-by-the-observer = Required and not answered by the observer:
not-stated-by-the-source-list = Not stated by the source:
version = Version { $number }
what-changed-in-version = What changed<span class="govuk-visually-hidden"> in version { $number }</span>
bibtex = BibTeX
citation-file-format = Citation File Format
address-of-this-record = Address of this record: <a href="{ $url }">{ $url }</a>
download-as-json = Download as JSON
follow-changes-of-this-record = Follow changes of this record (feed)
write-to-or-copy-these = Write to <a href="{ $href }">{ $mail }</a>, or copy these words:
the-record-names-no-contact = The record names no contact. These words can go to the body’s general address, or into a freedom of information request:
is-something-wrong-in-the = Is something wrong in the record? Anyone can <a href="/records/{ $id }/report">report an error</a> to the register.

## records.html

records-as-of = Records as of { $on }
found-different = { $found }, { $n } different
show-each-record = Show each record, those alike too
show-records-alike-once = Show records alike once
like-a-record = Like: { $title }
none-has-all-the-words = None has all the words: these have some of them.
did-you-mean = Did you mean <a href="{ $href }">{ $better }</a>?
nearest-other-records = Nearest other records: not all of your words
searched-instead = Searched for <strong>{ $searched }</strong> instead of “{ $typed }”: no record has “{ $typed }”. <a href="{ $href }">Search for exactly what was typed</a>.
did-you-mean-the-filter = Did you mean the filter <a href="{ $href }">{ $facet }: { $label }</a>?
search-without-the-filter = search without the filter <a href="{ $href }">{ $label }</a>
search-at-any-time = search without limits of time
suggestions = Suggestions
chosen-filters = Chosen filters
without-value = without: { $label }
without-instead = Without it<span class="govuk-visually-hidden">: { $label }</span>
remove = <span class="govuk-visually-hidden">Remove </span>{ $label } <span aria-hidden="true">×</span>
nothing-matches-you-can = Nothing matches. You can:
take-away-the-filters = take away the filters
use-fewer-or-other-words = use fewer or other words, such as what it does in place of its name
look-through-all-records = look through all records
that-nothing-is-here-does-not = That nothing is here does not mean that nothing is used: not every body publishes.
what-was-found = What was found
follow-this-search-as-a = Follow this search as a feed
order = Order
and-more-narrow-the-search = and { $more } more: narrow the search to see them
take-all-filters-away = Take all filters away

## report.html

there-is-a-problem = There is a problem
anyone-can-do-this-you = Anyone can do this. You need no account, and you need not say who you are. People at the register read it and decide. If they find it right, it goes to those who made the record.
what-is-wrong-and-what = What is wrong, and what would be right?
name-no-private-persons-at = Name no private persons. At most 4,000 characters.
error = <span class="govuk-visually-hidden">Error:</span> { $fault }
where-can-that-be-seen = Where can that be seen? (optional)
a-web-address-such-as = A web address, such as https://council.example/minutes
send = Send

## rules.html

the-public-rules = The public rules
these-rules-are-asked-of = These rules are asked of every record, the same for all. Where one fires, the record says so and why. There is no score.
version-records-where-this-is = <code>{ $flag }</code>, version { $version } · <a href="/records?flag={ $flag }">records where this is open</a>
how-open-a-record-is = How open a record is
what-laws-and-policies-ask = What laws and policies ask for
only-laws-and-policies-raise = The rules on assessments follow this table. Only laws and policies that ask for an assessment raise a flag; good practice never does. Somebody reads each law at its address before a line is changed.
where-it-holds = Where
what-is-owed = What
who-owes-it = Who
for-which-tools = Which tools
owed-since = Since
law-or-policy = Law or policy
every-body = Every body
without-its-parts = not bodies of its parts
except-area = not { $area }
since-until = { $since }, until { $until }
certain-for-tools-first-used = certain for tools first used from { $day }
read-on = Read on { $day }.
read-on-and-not-certain = Read on { $day }, and not certain:

## statistics.html

every-chart-takes-the-filters = Every chart takes the filters of the <a href="/records">search</a> in its address, such as <a href="/statistics?sector=policing">policing</a>. Counts say what is in the register, not what is in use: not every body publishes.
as-a-table = As a table<span class="govuk-visually-hidden">: { $title }</span>
csv = CSV<span class="govuk-visually-hidden">: { $title }</span>
for-your-own-page = For your own page<span class="govuk-visually-hidden">: { $title }</span>

## suggest.html

begin-to-type = Begin to type
suggest = Suggest
the-first-letters-will-do = The first letters of any word will do: of a title, a body, a supplier, a product, a term or a question.
nothing-begins-so = Nothing in the register begins so.
what-begins-so = What you may be looking for
search-for-it-as-it-stands = Or <a href="{ $href }">search for “{ $q }”</a> as it stands.

## version.html

the-record-as-it-stands = The record as it stands now
version-of = Version { $number } of { $id }
what-changed-in-this-version = What changed in this version
proof-of-this-version = Download the proof of this version
what-the-proof-proves = It shows that this version is in <a href="/log">the public log</a>, and what it said.
sha-256-of-this-version = SHA-256 of this version: <code>{ $sha256 }</code>

## Counts and dates

n-records = { $n ->
    [one] { $n } record
   *[other] { $n } records
}
n-records-narrowed = { $n ->
    [one] { $n } record, narrowed to:
   *[other] { $n } records, narrowed to:
}
match-because = { $class } match ({ $state }), because:
state-on = { $state } on { $at }.
published-on = Published { $on }.
published-replaced = Published { $on }, replaced { $at }.
required-when = required: { $when }
changed-on = changed { $on }
published-changed-version = Published { $published } · changed { $updated } (version { $version })
imported-from = Imported from { $source }
imported-from-edition = Imported from { $source }, edition of { $edition }
first-published-there = first published there { $on }
last-changed-there = last changed there { $on }
its-page-at-the-source = Its page at the source
not-in-the-edition-of = Not in the edition of { $missing } of its source any more. The last edition that has it is that of { $edition }.
not-in-the-latest-edition = Not in the latest edition of its source any more.
this-version-for-good = This version, which never changes
proof-in-the-public-log = Its proof in the public log
not-in-its-source-any-more = Not in its source any more
n-of-required-answered = { $answered } of { $required } required fields answered
n-not-stated-by-the-source = { $n } more not stated by the source
transparency-class-is = <a href="/rules#transparency">Transparency</a>: { $class }
n-records-from = { $n ->
    [one] { $n } record rests on the { $source }, which does not state { $share } of what the record must answer ({ $not_stated } of { $asked } answers).
   *[other] { $n } records rest on the { $source }, which does not state { $share } of what the records must answer ({ $not_stated } of { $asked } answers).
}
whatever-the-filters = This list takes no filters.
no-assessment-in-the-record = No assessment stands in the record.
no-review-in-the-record = No review by an oversight body stands in the record.
what-stands-here-is-past = What stands here describes its use until then.
source-register = Source: <a href="{ $page }" target="_top">Open Algorithm Register</a>.

## Made by code

by-the-same-meaning = found by words of the same meaning
by-the-same-meaning-of = found by a word of the same meaning: { $words }
in-another-language = found in another language
in-another-language-by = found in another language: { $words }
with-its-records = { $name } ({ $records })
suggestions-for = Suggestions for “{ $q }”
suggested-title = title of a record
suggested-body = public body
suggested-supplier = supplier
suggested-product = product
suggested-term = term
suggested-question = question
note-unknown-field = “{ $about }:” is not a field of the search, so it was searched as words. Fields are publisher:, supplier:, title: and sector:.
note-lone-operator = “{ $about }” has nothing to join and was left out. Put a word on each side of AND and OR, and one after NOT; in small letters they are words.
note-unbalanced-bracket = A bracket has no other half and was left out. Close each bracket that you open.
note-unclosed-quote = A quotation mark has no other half, so the phrase ends with the text. Close it where the phrase ends.
note-short-prefix = “{ $about }” was searched as a word: a beginning of words needs at least two letters before its *, and a search may have four of them.
note-too-many-words = The search is too long: its last words ({ $about }) were left out. Leave out words that say little.
note-only-stop-words = The search has only words that are in nearly every text. Add one that says what you look for.
note-unknown-value = Nothing is called “{ $value }” in “{ $about }:”. Check its spelling, or leave out “{ $about }:”.
yes = Yes
no = No
register-in-a-sentence = Which algorithms and bought technology schools, police forces and public services use on people: what was checked, who sold it, and how to challenge it.
feed-atom = Feed (Atom)
sector = Sector
what-can-happen-to-a = What can happen to a person
how-it-works = How it works
product = Product
region = Region
country = Country
best-match-or-latest-change = Best match, or latest change
latest-change = Latest change
earliest-change = Earliest change
latest-publication = Latest first publication
earliest-publication = Earliest first publication
most-people-affected = Most people affected
publisher = Publisher
records-of = Records: { $chosen }
records-about = Records about { $q }
spreadsheet-xlsx = Spreadsheet (XLSX)
public-bodies = Public bodies
bodies-that-publish-records-that = Bodies that the register was told of, or that records or public notices name. That a body is here does not mean that it publishes.
has-published = With records about what it uses
expected-to-publish-and-has = Expected to publish, and has not
suppliers = Suppliers
firms-that-records-or-public = Firms that records or public notices name as having sold or built something.
what-is-sold-to-public = What is sold to public bodies under a name of its own.
what-public-notices-say-was = What public notices say was bought. Those on the watch list may be for something that decides about people.
on-the-watch-list = On the watch list
linked-to-a-record = Linked to a record
impact-assessments-2 = Impact assessments
what-was-assessed-before-a = What was assessed before a tool was used and after, and what is overdue.
type = Type
stage = Stage
status = Status
search-the-public-bodies = Search the public bodies
look-through-all-bodies = Look through all bodies
search-suppliers = Search suppliers
look-through-all-suppliers = Look through all suppliers
search-products = Search products
look-through-all-products = Look through all products
search-contracts = Search contracts
look-through-all-contracts = Look through all contracts
search-assessments = Search assessments
look-through-all-assessments = Look through all assessments
bought-by = bought by { $name }
from-name = from { $name }
until-2 = until { $on }
completed = completed { $on }
next-review-due = next review due { $on }
is-expected-to-publish = expected to publish, and has not
is-expected-and-publishes = expected to publish, and has not done so here itself
says-that-it-uses-nothing = says that it uses nothing of the kind
n-bodies = { $n ->
    [one] { $n } body
   *[other] { $n } bodies
}
n-suppliers = { $n ->
    [one] { $n } supplier
   *[other] { $n } suppliers
}
n-products = { $n ->
    [one] { $n } product
   *[other] { $n } products
}
n-contracts = { $n ->
    [one] { $n } contract
   *[other] { $n } contracts
}
n-assessments = { $n ->
    [one] { $n } assessment
   *[other] { $n } assessments
}
n-questions = { $n ->
    [one] { $n } question
   *[other] { $n } questions
}
n-open-questions = { $n ->
    [one] { $n } open question
   *[other] { $n } open questions
}
n-parts = { $n ->
    [one] { $n } part
   *[other] { $n } parts
}
n-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
missing-before-it-went-live = Not shown to be complete before it went live
missing-since-it-went-live = Not shown to be done since it went live
first-used-on-people = First used on people
not-in-use-or-the = Not in use, or the day is not stated
read-the-assessment = Read the assessment
outcome = Outcome: { $outcome }
risk = Risk: { $risk }
by = By: { $role }
to-be-reviewed-by = To be reviewed by { $on }
withheld = Withheld: { $ground }
everything-as-a-workbook-a = All tables as a workbook, a sheet for each and one that explains the columns
everything-as-one-sqlite-database = All tables as one SQLite database with keys and indexes
the-records-as-csv = The records as CSV
the-records-as-parquet-with = The records as Parquet with typed columns
the-records-as-json-one = The records as JSON, one in a line
every-assessment = Every assessment
every-contract = Every contract
what-changed-field-by-field = What changed, field by field
what-every-table-and-column = What every table and column holds
the-sums-of-all-files = The sums of all files
code-lists-json = Code lists (JSON)
preview = Preview
it-is-no-longer-used = It is no longer used since { $on }.
it-is-not-used-now = It is no longer used.
body-it-is-about = Body it is about
not-stated = Not stated
not-stated-by-the-source = Not stated by the source
in-its-edition = { $source }, edition { $edition }
named-source = { $source }
a-decision = A decision
no-advice-stated = No advice stated
no-answer-stated = No answer stated
supplier-not-named = Supplier not named
who-answers-for-it = Who answers for it
why-it-is-used = Why it is used
how-it-works-data-models = How it works: data, models and people
on-whom-it-is-used = On whom it is used
what-else-was-checked = What else was checked
complaints-and-incidents = Complaints and incidents
what-it-costs-besides-money = What it costs besides money
five-tests = Five tests
what-this-record-rests-on = What this record rests on
who-can = Who can
how = How
within = Within
together-with-others = Together with others
regulator = Regulator
what-it-does = What it does
access-to-data = Access to data
company-number = Company number
link-to-this-record = Link to this record
works-in = Works in
also-known-as = Also known as
identifiers = Identifiers
open-source = Open source
public-body = Public body
contracts-known-here = Contracts known here
value-of-contracts-known-here = Value of contracts known here
sold-by = Sold by
is-expected-to-publish-what = { $name } is expected to publish what it uses, and has published nothing here.
is-expected-and-has-not-itself = { $name } is expected to publish what it uses, and has not done so here itself. The records below were taken over from other registers.
states-that-it-uses-nothing-but = { $name } states that it uses nothing that belongs here. Records below say that it uses something.
states-that-it-uses-nothing = { $name } states that it uses nothing that belongs here.
named-as-place-of-use = { $n ->
    [one] { $n } record names it as a place of use
   *[other] { $n } records name it as a place of use
}
is-expected-but-others-say = { $name } is expected to publish what it uses, and publishes nothing here itself. Records of others say that { $n ->
    [one] { $n } tool is used there.
   *[other] { $n } tools are used there.
}
publishes-nothing-but-others-say = { $name } publishes nothing here itself. Records of others say that { $n ->
    [one] { $n } tool is used there.
   *[other] { $n } tools are used there.
}
states-nothing-but-others-say = { $name } states that it uses nothing that belongs here. Records of others say that { $n ->
    [one] { $n } tool is used there.
   *[other] { $n } tools are used there.
}
public-notices-raise-the-questions = Public notices raise the questions below.
since-day = Since { $on }
nil-return = Nil return
declared-and-holds = Declared on { $declared }, holds until { $on }.
declared-and-contradicted = Declared on { $declared }, holds until { $on }; published records say otherwise.
declared-and-lapsed = Declared on { $declared }, lapsed after { $on }.
declared-and-withdrawn = Declared on { $declared }, withdrawn on { $on }.
by-the-body-itself = Filed by the body itself.
by-the-register = Entered by the register.
all-together = All together
n-of-all = { $n } of { $all }
also-a-supplier-of = Also a supplier of
from = From
signed = Signed
how-it-was-bought = How it was bought
kind-of-question = Kind of question
where-it-stands = Where it stands
kind-of-body = Kind of body
in-the-notice-in-the = { $rule }: ‘{ $left }’ in the notice, ‘{ $right }’ in the register
record = Record { $id }
buyer-2 = Buyer: { $names }
supplier-2 = Supplier: { $names }
records-by-sector = Records by sector
a-record-can-be-of = A record can be of several sectors.
records-by-phase = Records by phase
where-each-tool-stands-in = Where each tool stands in its life, by its record.
effect = Effect
a-record-can-have-several = A record can have several effects.
open-questions-by-rule = Open questions by rule
what-the-public-rules-ask = What the public rules ask of records. A question is not a finding of fault.
first-publications-by-month = First publications by month
latest-first-months-without-any = Latest first; months without any are left out.
suppliers-that-most-records-name = Suppliers that most records name
of-records-that-name-a = Of records that name a supplier.
bodies-that-are-expected-to = Bodies that are expected to publish, and have not
silent-bodies = Silent bodies
of-bodies-that-are-expected = Of bodies that are expected to publish. Filters do not narrow it.
no-open-question = No open question
none-stated = None stated
expected = { $kind } ({ $expected } expected)
kind-not-known = Kind not known
there-is-no-such-chart = There is no such chart
title-version = { $title }, version { $number }
added = added
removed = removed
title-version-to = { $title }: version { $from } to { $to }
accepted = Accepted
declined = Declined
open = Open
i-have-read-of-you = I have read a record about you, written by an observer, '{ $title }' ({ $id }, version { $version }) in the Open Algorithm Register.
i-have-read-yours = I have read your record '{ $title }' ({ $id }, version { $version }) in the Open Algorithm Register.
i-have-read-imported = I have read a record about what you use, '{ $title }' ({ $id }, version { $version }), which the Open Algorithm Register took over from another register.
dear-sir-or-madam = Dear Sir or Madam,
it-does-not-answer = It does not answer: { $fields }.
please-tell-me-what-belongs = Please tell me what belongs there, and publish it in the register.
somebody-changed-it-while-you = Somebody changed it while you were reading. This is how it stands now: look again, and decide again
there-is-no-such-page = There is no such page
this-record-was-withdrawn = This record was withdrawn
please-come-again-in-a = Please come again in a moment
the-search-cannot-be-answered = The search cannot be answered as asked
sign-in-first = Sign in first
you-may-not-do-this = You may not do this
this-cannot-be-done-now = This cannot be done now
something-went-wrong = Something went wrong
n-bars = { $n ->
    [one] One bar: { $label }, with { $number }.
   *[other] { $n } bars. The longest is { $label }, with { $number }.
}
error-of = Error: { $title }
there-is-nothing-here = There is nothing at this address
eu-ai-act-annex = EU AI Act, annex
dutch-register = Dutch register
us-inventory = US inventory
