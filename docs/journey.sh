#!/usr/bin/env bash
# The whole journey of a record with curl against a fresh register: two people write, a third approves, the press
# office looks first, a regulator reads what is sealed, an observer's record is answered, a record is withdrawn.
#
#   REGISTER=target/release/register docs/journey.sh
#
# It starts the register in a temporary folder at the loopback address and removes both at the end.
set -eu -o pipefail

register=${REGISTER:-register}
port=${PORT:-18123}
folder=$(mktemp -d)
export REGISTER_DATABASE_URL="sqlite://$folder/register.db"
base="http://127.0.0.1:$port"
api="$base/api/v1"
trap 'kill "$server" 2>/dev/null && wait "$server" || true; rm -rf "$folder"' EXIT

say() { printf '\n# %s\n' "$*"; }
run() { "$register" "$@" 2>/dev/null; }
# ask TOKEN METHOD PATH [If-Match] [JSON]: the body goes to $folder/body, the head to $folder/head; prints the status
ask() {
    local headers=(-H "Authorization: Bearer $1")
    if [ -n "${4:-}" ]; then headers+=(-H "If-Match: $4"); fi
    if [ -n "${5:-}" ]; then headers+=(-H 'Content-Type: application/json' --data-binary "$5"); fi
    curl -s -o "$folder/body" -D "$folder/head" -w "$2 ${3%%\?*}: %{http_code}\n" -X "$2" "${headers[@]}" "$api$3" |
        sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/ID/; s/[0-9a-f]{64}/SHA256/; s/R-[0-9A-Z]{7}/RECORD/'
}
etag() { sed -n 's/^etag: \(.*\)\r$/\1/ip' "$folder/head"; }
location() { sed -n 's#^location: /api/v1\(.*\)\r$#\1#ip' "$folder/head"; }
# field NAME: the first text of that name in the answer
field() { grep -o "\"$1\":\"[^\"]*\"" "$folder/body" | head -n 1 | cut -d '"' -f 4; }
count() { grep -o "$1" "$folder/body" | wc -l | tr -d ' '; }

"$register" serve --empty --listen "127.0.0.1:$port" 2>"$folder/log" &
server=$!
until curl -fs -o /dev/null "$base/readyz"; do kill -0 "$server"; sleep 0.1; done

say 'Bodies and people are made on the command line'
run organisation add 'Northmoor Borough Council' --kind local_authority
run organisation add 'Schools Inspectorate' --kind regulator
run organisation add 'Tech Watch' --kind civil_society
person() { run person add "$1" --name "$1" >/dev/null; if [ -n "${3:-}" ]; then run person grant "$1" "$2" --organisation "$3" "${@:4}" >/dev/null; fi; run token create "$1"; }
writer=$(person writer@northmoor.example contributor northmoor-borough-council)
colleague=$(person colleague@northmoor.example contributor northmoor-borough-council)
approver=$(person approver@northmoor.example approver northmoor-borough-council)
regulator=$(person reader@inspectorate.example regulator schools-inspectorate --sector schools --assessment-type dpia)
observer=$(person o@watch.example observer tech-watch)
run person add admin@register.example --name Admin --admin
admin=$(run token create admin@register.example)

say 'One person begins a draft: it may be incomplete, and says what is missing'
ask "$writer" POST /submissions '' '{"record":{"title":"School route planner","phase":"design"}}'
submission=$(location)
echo "state $(field state), $(count '"severity":"error"') findings stop it"
ask "$writer" POST "$submission/submit" "$(etag)"

say 'The assessment goes in as a document that only the regulator may read'
printf '%%PDF-1.4\n%%%%EOF the assessment itself' >"$folder/dpia.pdf"
curl -s -o "$folder/body" -w 'POST /documents: %{http_code}\n' -H "Authorization: Bearer $writer" \
    -H 'Content-Type: application/pdf' --data-binary "@$folder/dpia.pdf" "$api/documents?name=dpia.pdf"
document=$(field sha256)

say 'A colleague fills in the rest'
ask "$colleague" GET "$submission"
statements=$(for name in deployments regions planned_start national_identifiers special_category_data affected_groups; do
    printf '{"field":"%s","kind":"unknown"},' "$name"
done)
ask "$colleague" PATCH "$submission" "$(etag)" '{"record":{
    "summary":"Plans routes of school buses.", "description":"It plans routes from addresses of pupils.",
    "contact_email":"algorithms@northmoor.example", "team":"Transport", "accountable_role":"Director of Education",
    "sectors":["schools"], "public_purpose":"Getting pupils to school.", "problem_statement":"Routes were planned by hand.",
    "technologies":["optimisation"], "automation_level":"recommends", "decision_effects":["allocation"],
    "burden_of_proof":"body", "uses_children_data":true,
    "assessments":[{"type":"dpia","stage":"before_deployment","status":"complete","visibility":"regulator_only",
        "withheld_ground":"foia_31","summary":"Addresses of pupils at risk could be inferred.",
        "document":{"sha256":"'"$document"'","media_type":"application/pdf"}}],
    "field_statements":['"${statements%,}"']}}'
echo "$(count '"severity":"error"') findings stop it"

say 'The press office looks first, without an account'
ask "$writer" POST "$submission/preview-links" '' '{"hours":24}'
preview=$(field url)
curl -s -o "$folder/body" -w 'GET the preview: %{http_code}\n' "$preview"
echo "it shows '$(field title)', and sealed words $(count 'at risk') times"

say 'Submitted by one, approved and published by another'
ask "$writer" GET "$submission"
ask "$writer" POST "$submission/submit" "$(etag)"
ask "$writer" POST "$submission/approve" "$(etag)"
ask "$approver" GET "$submission"
ask "$approver" POST "$submission/approve" "$(etag)"
ask "$approver" POST "$submission/publish" "$(etag)"
record=$(field record_id)
echo "state $(field state)"

say 'Everybody reads it, but not what is sealed'
curl -s "$api/records/$record" >"$folder/body"
assessment=$(grep -o '"assessments":\[{"id":"[^"]*"' "$folder/body" | cut -d '"' -f 6)
echo "'$(field title)': an assessment is shown $(count '"type":"dpia"') time, its words $(count 'at risk') times"
curl -s -o "$folder/body" -w 'GET the document: %{http_code}\n' "$api/documents/$document"

say 'The regulator reads the assessment and its document, and leaves a receipt'
ask "$regulator" GET /regulator/assessments
echo "sealed words $(count 'at risk') time"
ask "$regulator" GET "/regulator/assessments/$assessment/document"
cmp "$folder/body" "$folder/dpia.pdf" && echo 'the document is the one that was uploaded'
ask "$regulator" POST "/regulator/assessments/$assessment/receipt" '' '{"note":"Received"}'
ask "$approver" GET '/audit?limit=5'
echo "the council sees $(count 'sealed\.') reads in its audit trail"

say 'An observer records a tool that the council did not'
ask "$observer" POST /submissions '' '{"record":{"publisher":{"name":"Northmoor Borough Council"},
    "title":"Cameras at school gates","phase":"production","summary":"Cameras recognise faces at school gates.",
    "description":"Seen at three schools.","contact_email":"info@watch.example","sectors":["schools"],
    "evidence":[{"kind":"minutes","url":"https://northmoor.example/minutes.pdf"}],"field_statements":['"$(
    for name in team accountable_role deployments regions public_purpose problem_statement technologies automation_level \
        decision_effects burden_of_proof affected_groups people_affected_per_year decisions_per_year uses_children_data \
        special_category_data national_identifiers detailed_description scope out_of_scope first_used benefits previous_process \
        alternatives_considered legal_basis process_integration provided_information human_review required_training models \
        performance datasets notification_given explanation_available explanation_url opt_out_route non_digital_route_url \
        workforce_impact benefit_distribution beneficiaries risk_bearers redress_routes; do
        printf '{"field":"%s","kind":"unknown"},' "$name"
    done | sed 's/,$//')"']}}'
others=$(location)
ask "$observer" POST "$others/submit" "$(etag)"
ask "$admin" POST "$others/approve" "$(etag)"
ask "$admin" POST "$others/publish" "$(etag)"
claimed=$(field record_id)

say 'The council replies, by two people, beside the record'
ask "$writer" POST "/records/$claimed/replies" '' '{"text":"The cameras were switched off in June."}'
reply=$(field id)
ask "$writer" POST "/replies/$reply/decision" '' '{"decision":"publish"}'
ask "$approver" POST "/replies/$reply/decision" '' '{"decision":"publish"}'
curl -s "$api/records/$claimed/annotations" >"$folder/body"
echo "$(field kind): $(field text)"

say 'The first record was a mistake and is withdrawn: a tombstone stays'
ask "$approver" POST "/records/$record/withdraw" '"1"' '{"reason":"Replaced by the record of the county"}'
curl -s -o "$folder/body" -w 'GET the record: %{http_code}\n' "$api/records/$record"
echo "$(field reason)"
