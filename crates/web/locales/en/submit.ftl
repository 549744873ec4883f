### What the pages for departments say

## submit/check.html

all-sections = All sections
it-was-not-sent = It was not sent
check-your-answers = Check your answers
look-at-these-again-they = <strong>Look at these again.</strong> They do not stop publication.
change = Change<span class="govuk-visually-hidden"> { $title }</span>
send-it-for-approval = Send it for approval
somebody-else-of-reads-it = Somebody else of { $name } reads it and publishes it. Until then you cannot change it, but they can send it back.
why-is-this-version-made = Why is this version made? (optional, readers see it)
such-as-new-supplier-since = Such as: new supplier since March
send-for-approval = Send for approval
see-what-the-public-will = See what the public will see
it-can-be-sent-once = It can be sent once the things at the top of this page are done. What you wrote is saved as it is.

## submit/desk.html

you-hold-no-role-yet = You hold no role yet. Ask the register's operator for one.
begin-a-new-record = Begin a new record
upload-a-spreadsheet = Upload a spreadsheet
reading-room = Reading room
reports-to-decide = Reports to decide
replies-to-decide = Replies to decide
people = People
my-tokens-for-programs = My tokens for programs
reports-to-act-on = Reports and annotations to act on
correct-the-record-by = { $name } is asked to publish a corrected version, or a reply, by { $on }.
answer-it-by = { $name } is asked to publish a new version, or a reply, by { $on }.
nothing-waits-for-you = Nothing waits for you.
older-ones = Older ones
published-by = Published by { $name }
nothing-yet = Nothing yet.
update-or-confirm = Update or confirm<span class="govuk-visually-hidden">: { $title }</span>
all-as-readers-see-them = All { $total } as readers see them
as-readers-see-them = As readers see them
page-of-the-body-with = Page of the body, with its gaps

## submit/go_on.html

you-are-signed-in-again = You are signed in again
what-was-typed-is-still = What was typed is still here. Go on, and it is saved in the draft, in your name.
what-was-typed-is-here = What was typed is still here. Go on, and it is done, in your name.
go-on = Go on
what-was-typed-but-no-file = What was typed is still here, but the file “{ $name }” is not. Go on to the form, and choose the file again. Nothing is saved until then.
the-file-was-not-kept = The file “{ $name }” was not kept while you were signed out. Choose it again.

## submit/item.html

back-to-the-section = Back to the section
somebody-changed-this-draft-while = Somebody changed this draft while you were writing
it-may-have-been-you = It may have been you, in another tab. What you typed is still below, and <strong>is not saved yet</strong>. If yours is right, save it again.
saved-now = Saved now
the-file-is-not-saved = The file “{ $name }” is not saved either. Choose it again.
add = { $label }: add
save = Save
take-it-away = Take it away
cancel = Cancel

## submit/keep.html

it-was-not-done = It was not done
as-readers-see-it = As readers see it
on-its-way-already = On its way already
something-changed = Something changed
begin-the-next-version-from = Begin the next version from what is published. Readers see the old one until the new one is approved and published.
begin-the-next-version = Begin the next version
nothing-changed = Nothing changed
say-that-it-is-still = Say that it is still true. That answers the question whether it is out of date.
it-is-still-true = It is still true
it-should-not-have-been = It should not have been published
take-it-back-its-title = Take it back. Its title, its versions and your reason stay public; a tool that is no longer used is not taken back, but retired: begin its next version for that.
why-in-a-sentence-that = Why? In a sentence that stays public
take-it-back = Take it back

## submit/link.html

back-to-the-draft = Back to the draft
a-preview-link = A preview link
copy-it-now-it-is = Copy it now: it is shown once. Anybody who has it sees what the public would see of “{ $title }”, until { $until }.
look-at-it-yourself = Look at it yourself

## submit/moderation.html

what-the-public-reports-of = What the public reports of records, and what observers say beside them. Oldest first.
nothing-waits = Nothing waits.
about-2 = About <a href="/records/{ $record_id }">{ $record_id }</a>
evidence = Evidence: <a rel="nofollow noopener" href="{ $url }">{ $url }</a>
why-its-author-reads-this = Why? Its author reads this
it-is-right-the-body = It is right: the body is told
show-it-beside-the-record = Show it beside the record
it-is-not-right = It is not right
do-not-show-it = Do not show it

## submit/new.html

a-new-record = A new record
a-title-is-enough-to = A title is enough to begin. Everything else can come later, by any colleague.
title = Title
what-a-reader-sees-first = What a reader sees first, such as “Planner of school admissions”
kind = Kind
what-is-asked-of-it = What is asked of it follows from this. It can be changed later.
not-sure-yet = Not sure yet
for = For
body-that-uses-it = Body that uses it
as-an-observer-you-write = As an observer you write about another body: its full name
begin = Begin
or-copy-from-what-is = Or copy from what is there
many-bodies-use-the-same = Many bodies use the same product. Copy what others wrote of it, and check each word: what was checked and measured, the risks, and where people turn stay yours to say.
name-of-a-product-or = Name of a product, or words of a record
find = Find
nothing-was-found-for-begin = Nothing was found for “{ $wanted }”. Begin with a title above.
products = Products
copy-it = Copy it<span class="govuk-visually-hidden">: { $name }</span>
copy-it-2 = Copy it<span class="govuk-visually-hidden">: { $title }</span>

## submit/people.html

remove-role-from = Remove role<span class="govuk-visually-hidden"> from { $name }: { $held }</span>
give-a-role-to = Give a role<span class="govuk-visually-hidden"> to { $name }</span>
role = Role
of-which-body = Of which body
the-last-part-of-its = The last part of its address here, such as northmoor-borough-council. Leave it out for an administrator.
what-a-regulator-looks-after = What a regulator looks after
only-for-regulators-choose-nothing = Only for regulators. Choose nothing for everything.
sectors = Sectors
types-of-assessment = Types of assessment
give-the-role = Give the role
waits-for-a-second = waits for a second administrator
asked-for-by = asked for by { $who } on { $on }
confirm-role-of = Confirm<span class="govuk-visually-hidden"> role of { $name }: { $held }</span>
decline-role-of = Decline<span class="govuk-visually-hidden"> role of { $name }: { $held }</span>
add-a-person = Add a person
they-sign-in-with-their = They sign in with their work account, if the register has such a provider, or with a password that the register's operator sets.
e-mail-address = E-mail address
name = Name
never-public = Never public
add-person = Add person

## submit/question.html

day = Day
month = Month
year = Year
not-answered = Not answered
number = Number
it-is = It is
a-file-is-attached-bytes = A file is attached ({ $media_type }, { $bytes } bytes).
take-it-off = Take it off
put-another-file-in-its = Put another file in its place
attach-a-file = Attach a file
pdf-docx-odt-xlsx-csv = PDF, DOCX, ODT, XLSX, CSV or text
or-the-web-address-where = Or the web address where it can be read
change-2 = Change<span class="govuk-visually-hidden"> { $label }: { $title }</span>
no-answer-to-give = No answer to give?<span class="govuk-visually-hidden"> { $label }</span>
say-so-in-its-place = Say so in its place, and readers see that you did
i-give-an-answer-or = I give an answer, or will later
reason-for-people-to-read = Reason, for people to read
ground-if-it-is-withheld = Ground, if it is withheld
none = None

## submit/replies.html

a-reply-is-public-once = A reply of your body becomes public once another person of it approves it.
reply-of = Reply of { $by }, { $on }
answer-to-gap = Answer to the gap { $gap }
make-it-public = Make it public
take-the-reply-back = Take it back

## submit/review.html

back-to-the-submission = Back to the submission
review = Review, { $name }
why-it-is-made = Why it is made: { $note }
decide = Decide
look-at-these-they-do = <strong>Look at these.</strong> They do not stop publication.
it-cannot-be-published-as = It cannot be published as it is: <a href="{ $href }">see what is still to do</a>.
what-it-changes-for-readers = What it changes for readers
nothing-that-readers-see = Nothing that readers see.
what-it-says = What it says
it-is-a-new-record = It is a new record: all of it is new.
what-stays-sealed = What stays sealed
the-public-reads-that-these = The public reads that these exist, their stage, status and dates. Only regulators of the field read the rest.
there-is-nothing-to-decide = There is nothing to decide now.
it-waits-for-an-approval = It waits for an approval that you cannot give: who wrote or sent it does not approve it, and only approvers of { $name } do.
publish-it-now = Publish it now
approve = Approve
i-am-reviewing-it = I am reviewing it
or-send-it-back-what = Or send it back: what should change?
its-writer-reads-this = Its writer reads this. It is not public.
send-it-back = Send it back

## submit/sealed.html

sealed-only-regulators-of-the = Sealed: only regulators of the field read this page. <a href="/records/{ $record_id }">The public record</a>
download-the-document = Download the document
receipt = Receipt
your-body-received-it-on = Your body received it on { $on }.
note-optional-the-body-reads = Note (optional; the body reads it)
leave-a-receipt = Leave a receipt

## submit/sealed_list.html

that-you-read-them-is = That you read them is noted.
there-is-nothing-in-your = There is nothing in your remit yet.
more = More

## submit/section.html

it-may-have-been-you-in = It may have been you, in another tab. What you typed is still below, and <strong>is not saved yet</strong>. Look at what is saved now; if yours is right, save it again.
saved-now-2 = { $label }, saved now
save-and-go-on = Save and go on
save-and-back-to-all = Save and back to all sections
it-cannot-be-changed-now = It cannot be changed now.

## submit/sign_in.html

sign-in = Sign in
you-were-signed-out-while = You were signed out while you were writing. <strong>Nothing you typed is lost</strong>: sign in, and go on.
for-people-of-public-bodies = For people of public bodies, regulators and observers who have an account here. Everything published can be read <a href="/records">without one</a>.
sign-in-with-your-work = Sign in with your work account
or-with-a-password = Or with a password
password = Password
code = Code
six-digits-that-your-authenticator = Six digits that your authenticator app shows
no-account-ask-the-operator = No account? Ask the register's operator to add you.

## submit/sign_in_again.html

sign-in-again = Sign in again
you-signed-in-some-time-ago = Before you give out rights, show that it is you: you signed in more than 15 minutes ago. <strong>Nothing you typed is lost.</strong>
sign-in-with-your-work-in = Sign in with your work account, in a new tab
then-close-that-tab-and = Then close that tab, and go on here.
i-have-signed-in-go-on = I have signed in: go on

## submit/tasks.html

published = Published
everybody-can-read-it-now = Everybody can read it now: <a href="/records/{ $record }">{ $record }</a>. To change it, <a href="/submit/records/{ $record }">begin its next version</a>.
answer-the-sections-in-any = Answer the sections in any order. Each page is saved when you go on.
it-is-being-written = It is being written.
it-is-approved-and-not = It is approved, and not public yet.
it-is-approved-and-not-public = <strong>It is approved, and not public yet:</strong> an approver publishes it.
somebody-else-of-approves-it = Somebody else of { $name } approves it or sends it back.
check-your-answers-and-send = Check your answers and send
review-it = Review it
what-happened = What happened
show-it-to-somebody-without = Show it to somebody without an account
a-link-that-cannot-be = A link that cannot be guessed shows what the public would see, and nothing else, for three days, or until the draft is published, deleted or withdrawn.
preview-link-of = Link of { $who }, until { $until }
make-a-preview-link = Make a preview link
delete-this-draft = Delete this draft
it-goes-off-your-desk = It goes off your desk. Those who wrote it can still read it; nothing public changes.
delete-it = Delete it

## submit/tokens.html

my-tokens = My tokens
a-token-lets-a-program = A token lets a program of yours ask and write for you while you are signed in. Give each program its own. A token made here ends when you sign out, and after 12 hours at the latest; for a program that runs by itself, ask the people who run the register for one that lasts.
your-new-token = Your new token
copy-it-now-it-is-shown = Copy it now: it is shown once.
revoke = Revoke<span class="govuk-visually-hidden">: { $label }</span>
make-one = Make one
what-is-it-for = What is it for?
what-may-it-do = What may it do?
everything-you-may = Everything you may
make-a-token = Make a token

## submit/upload.html

each-good-row-becomes-a = Each good row becomes a draft. A row with the id of a record becomes its next version; what the file has no column for, and what is sealed, stays as it is. Nothing is published by an upload.
begin-with-the-template-as = Begin with the template: <a href="/api/v1/templates/records.xlsx">as a workbook (XLSX)</a> or <a href="/api/v1/templates/records.csv">as CSV</a>.
csv-xlsx-or-ods-at = CSV, XLSX, ODS or NDJSON, at most 5,000 rows and 20 MB
the-registers-template = The register’s template
the-uks-algorithmic-transparency-recording = The UK’s Algorithmic Transparency Recording Standard
how-dates-are-written = How are dates written?
as-2026-12-31-only = As 2026-12-31 only
or-31-12-2026 = Also with the day first, as 31/12/2026
or-12-31-2026 = Also with the month first, as 12/31/2026
check-it-first = Check it first
make-drafts-of-it = Make drafts of it

## submit/uploaded.html

rows-read-good-of-them = { $read } rows read: { $drafts } good, { $clean } of them ready to be sent, { $unchanged } that change nothing, { $rejected } that cannot be used.
nothing-was-written-choose-the = Nothing was written. <a href="/submit/upload">Choose the file again</a> to make drafts of it.
result-of-the-earlier-upload = Result of the earlier upload of this file
rows-to-correct = Rows to correct
download-the-file-with-faults = Download the file with the faults beside its rows.
it-is-kept-for-an-hour = It is kept for an hour. Correct it and upload it again: the column of faults is ignored.
correct-these-in-the-file = Correct these in the file, and upload those rows again.
the-first-of-2 = The first { $errors } of { $error_count }.
row = Row
column = Column
what-is-wrong = What is wrong
what-to-do = What to do
drafts = Drafts
send-the-that-are-ready = Send the { $clean } that are ready for approval
becomes = Becomes
to-do = To do
next-version-of = Next version of { $id }
ready = Ready

## Counts and dates

things-still-to-do = { $n ->
    [one] One thing is still to do
   *[other] { $n } things are still to do
}
next-version-of-record = next version of { $record }
n-to-do = { $n } to do
n-unknown-or-withheld = { $n } said to be unknown or withheld
n-sealed-of-every-field = { $n ->
    [one] { $n } assessment of every field, with what is sealed in it.
   *[other] { $n } assessments of every field, with what is sealed in them.
}
n-sealed-of-your-field = { $n ->
    [one] { $n } assessment of your field, with what is sealed in it.
   *[other] { $n } assessments of your field, with what is sealed in them.
}
receipt-of = receipt of { $on }
n-sent-for-approval = { $n } sent for approval.
disabled = disabled
made-on = made on { $on }
section-place = section { $place }
id-version-changed = { $id }, version { $version }, changed { $changed }

## submit/foretold.html

questions-it-would-raise = Questions it would raise
the-public-rules-would-ask = The <a href="/rules">public rules</a> would ask these of it. They do not stop publication, and readers would see them.

## Made by code

needed = required
for-example-27-3-2026 = For example 27 3 2026
a-whole-number-and-how = A whole number, and how it is known
one-on-each-line = One on each line
answer-it = { $label }: answer it
write-a-whole-number-such = Write a whole number, in digits only
write-a-real-day-day = Write a real day: day, month and year in numbers, such as 27 3 2026
write-a-whole-number-of-people = Write a whole number, in digits only
write-the-number-or-choose = Write the number, or choose nothing below it
choose-how-the-number-is = Choose how the number is known
not-answered-and-required = Not answered, and required
sent-back-to-be-changed = Sent back: to be changed
waiting-for-approval = Waiting for approval
approved-to-be-published = Approved: to be published
being-written = Being written
answer-it-or-say-why = { $label }: answer it, or say why there is no answer
n-to-answer = { $n } to answer
optional = Optional
completed-2 = Completed
began-it = { $who } began it
changed-it = { $who } changed it
sent-it-for-approval = { $who } sent it for approval
began-to-review-it = { $who } began to review it
sent-it-back = { $who } sent it back
approved-it = { $who } approved it
published-it = { $who } published it
gave-it-up = { $who } gave it up
made-a-preview-link = { $who } made a preview link
revoked-a-preview-link = { $who } revoked a preview link
the-register = The register
a-new-version-of = A new version of { $record }
there-is-no-such-part = There is no such part
nothing-was-typed = Nothing was typed, so nothing was added
nothing-it-was-taken-away = nothing: it was taken away
nothing-here-something-else-in = nothing here; something else in the draft was changed
confirmed-readers-see-that-it = Confirmed: readers see that it was still true today
somebody = somebody
report-of = Report of { $by }, { $on }
annotation-of = Annotation of { $by }, { $on }
this-is-what-the-public = This is what the public will see. What is sealed is left out.
this-is-a-draft-that = This is a draft that somebody shows you. It is not published, and may never be. The link works until { $until }.
draft = Draft
who-may-read-it = Who may read it
ground = Ground
what-it-found = What it found
document = Document
attached = Attached
review-of = Review
there-is-no-such-section = There is no such section
required-to-publish = required to publish
add-another = Add another
add-one = Add
place-of-all = { $place } of { $all }
answer-or-say-why-not-both = { $label }: give an answer, or say why there is none, not both
nothing-saved = nothing
what-was-sent-is-too = What was sent is too long for one form
the-file-is-too-large = The file is too large, or did not come whole
the-form-cannot-be-read = The form cannot be read
the-address-the-password-or = The address, the password or the code is wrong, or the code was used before. Wait for the next code, and try again
revoked-on = Revoked on { $on }
works-until = Works until { $on }
choose-a-file = Choose a file
what-would-happen = What would happen
result-of-the-upload = Result of the upload
n-problems = { $n ->
    [one] { $n } problem
   *[other] { $n } problems
}
