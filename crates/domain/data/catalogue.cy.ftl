## Groups of fields

group-identity = Beth ydyw
group-who = Pwy sy'n atebol amdano a phwy a'i gwerthodd
group-where = Ble y caiff ei ddefnyddio
group-when = Pryd y caiff ei ddefnyddio
group-why = Pam y caiff ei ddefnyddio
group-what = Sut mae'n gweithio
group-on_whom = Ar bwy y caiff ei ddefnyddio
group-checked = Beth a wiriwyd
group-challenged = Sut i'w herio
group-cost = Contractau a chostau eraill
group-tests = Y pum prawf
group-trace = Ar beth y mae'n seiliedig

## Facets of records

facet-sector = Sector
facet-phase = Cam
facet-decision_effect = Beth all ddigwydd i berson
facet-affected_group = Defnyddir ar
facet-technology = Sut mae'n gweithio
facet-automation_level = Faint y mae'n ei benderfynu
facet-flag = Cwestiynau agored
facet-assessment_type = Aseswyd ar gyfer
facet-assessment_status = Sefyllfa'r asesiadau
facet-assessment_stage = Pryd yr aseswyd
facet-review_advice = Cyngor yr adolygwyr
facet-review_response = A ddilynwyd y cyngor
facet-audit_kind = Archwiliwyd gan
facet-consultation_outcome = Canlyniad yr ymgynghoriadau
facet-redress = Ffyrdd o'i herio
facet-complaints = Ffigurau am gwynion
facet-incidents = Digwyddiadau
facet-test = Profion a atebwyd
facet-transparency_class = Faint y mae'n ei ddweud
facet-publisher = Cyhoeddwr
facet-publisher_kind = Math o gyhoeddwr
facet-supplier = Cyflenwr
facet-product = Cynnyrch
facet-region = Rhanbarth
facet-jurisdiction = Gwlad
facet-environment = Cost amgylcheddol
facet-origin = Pwy sy'n dweud hynny
facet-kind = Math
facet-lang = Iaith
facet-source = Ffynhonnell
facet-dataset = Cyfres o ffeiliau
facet-edition = Argraffiad
facet-in_source = Yn ei ffynhonnell o hyd
facet-used_by = Defnyddir gan

## Fields of a record

field-kind = Math
    .hint = Offeryn algorithmig neu dechnoleg a gaffaelwyd
field-origin = Tarddiad
    .hint = Pwy a wnaeth y datganiad hwn: y cyhoeddwr, mewnforiad neu arsylwr
field-publisher = Cyhoeddwr
    .hint = Y corff sy'n atebol am y defnydd hwn, wrth ei enw llawn
field-joint_publishers = Cyd-gyhoeddwyr
    .hint = Cyrff sy'n atebol ar y cyd â'r cyhoeddwr
field-title = Teitl
    .hint = Yr hyn y mae darllenydd yn ei weld gyntaf; 200 nod ar y mwyaf
field-name = Enw'r offeryn
    .hint = Yr enw y mae pobl y tu mewn i'r corff yn ei ddefnyddio
field-summary = Crynodeb
    .hint = Beth mae'n ei wneud ac i bwy, mewn iaith glir; 400 nod ar y mwyaf
field-summary_cy = Crynodeb yn Gymraeg
    .hint = Y crynodeb yn Gymraeg; 400 nod ar y mwyaf
field-translations = Testunau mewn ieithoedd eraill
    .hint = Teitl, crynodeb a thestunau eraill mewn ieithoedd pellach, un eitem i bob iaith
field-description = Disgrifiad
    .hint = Beth ydyw, beth mae'n ei wneud a pham y caiff ei ddefnyddio
field-detailed_description = Disgrifiad manwl
    .hint = Sut mae'n gweithio, ar gyfer darllenydd gwybodus
field-scope = Cwmpas
    .hint = Ar gyfer beth y'i bwriedir
field-out_of_scope = Y tu allan i'r cwmpas
    .hint = Ar gyfer beth na chaniateir ei ddefnyddio
field-website_url = Gwefan
    .hint = Ble i ddarllen mwy
field-contact_email = Cyswllt
    .hint = Blwch post rôl megis algorithms@council.example; byth berson
field-team = Tîm
    .hint = Y tîm sy'n atebol amdano
field-accountable_role = Rôl atebol
    .hint = Y rôl sy'n atebol amdano, megis Cyfarwyddwr Tai; dim enw personol
field-accountable_elected_office = Swydd etholedig atebol
    .hint = Y swydd etholedig uwch ei ben
field-supplier_involvement = Rhan y cyflenwr
    .hint = Pwy a'i gwerthodd neu a'i hadeiladodd, pa gynnyrch, ym mha rôl, gyda pha fynediad at ddata
field-deployments = Defnyddiau
    .hint = Pob corff sy'n ei ddefnyddio, gyda'r cam a'r dyddiadau
field-jurisdiction = Awdurdodaeth
    .hint = Gwlad neu ran ohoni, ISO 3166 megis GB neu GB-WLS
field-lang = Iaith
    .hint = Iaith y testunau, BCP 47 megis en neu nl
field-sectors = Sectorau
    .hint = Meysydd bywyd cyhoeddus y caiff ei ddefnyddio ynddynt
field-regions = Rhanbarthau
    .hint = Ble yn y Deyrnas Unedig y caiff ei ddefnyddio
field-cofog_functions = Swyddogaethau'r llywodraeth
    .hint = Swyddogaethau COFOG
field-phase = Cam
    .hint = Ble y mae yn ei oes
field-phase_since = Yn y cam hwn ers
    .hint = Dyddiad, BBBB-MM-DD
field-planned_start = Dyddiad dechrau arfaethedig
    .hint = Y dyddiad y bydd yn dechrau; gofynnir amdano nes ei fod ar waith
field-first_used = Defnyddiwyd gyntaf
    .hint = Y dyddiad y'i defnyddiwyd gyntaf ar bobl
field-retired_on = Daeth i ben ar
    .hint = Y dyddiad y'i defnyddiwyd ddiwethaf
field-retirement_reason = Rheswm dros ddod i ben
    .hint = Pam y daeth i ben
field-public_purpose = Diben cyhoeddus
    .hint = Pa dasg gyhoeddus y mae'n ei gwasanaethu
field-problem_statement = Problem
    .hint = Pa broblem y mae'n ei hateb
field-benefits = Manteision
    .hint = Pa les y dylai ei wneud, ac i bwy
field-previous_process = Proses flaenorol
    .hint = Beth a wnaed o'r blaen
field-alternatives_considered = Dewisiadau eraill a ystyriwyd
    .hint = Beth arall a ystyriwyd, a pham y'i gwrthodwyd
field-legal_basis = Sail gyfreithiol
    .hint = Y gyfraith sy'n ei ganiatáu
field-decision_record_url = Cofnod o'r penderfyniad
    .hint = Ble y gellir darllen y penderfyniad i'w ddefnyddio
field-policy_document_url = Dogfen bolisi
    .hint = Ble y gellir darllen y polisi
field-technologies = Technolegau
    .hint = Sut mae'n gweithio
field-automation_level = Lefel awtomeiddio
    .hint = Faint o'r penderfyniad y mae'n ei wneud
field-decision_effects = Effeithiau'r penderfyniad
    .hint = Beth all ddigwydd i berson ar ôl ei allbwn
field-burden_of_proof = Baich y prawf
    .hint = Pwy sy'n gorfod dangos bod canlyniad yn gywir neu'n anghywir
field-process_integration = Lle yn y broses
    .hint = Ble y mae yn y broses benderfynu
field-provided_information = Gwybodaeth y mae'n ei rhoi
    .hint = Beth y mae'n ei roi i'r sawl sy'n penderfynu
field-human_review = Adolygiad gan berson
    .hint = Beth y mae pobl yn ei wneud â'i allbwn, a phryd y maent yn mynd yn groes iddo
field-required_training = Hyfforddiant gofynnol
    .hint = Beth y mae'n rhaid i'w ddefnyddwyr ei ddysgu
field-models = Modelau
    .hint = Modelau sydd ynddo: enw, fersiwn, tasg, pensaernïaeth, darparwr
field-performance = Perfformiad
    .hint = Ffigurau a fesurwyd, fesul grŵp lle mae rhai
field-datasets = Setiau data
    .hint = Data y'i gwnaed â hwy neu y mae'n gweithio arnynt
field-open_source = Ffynhonnell agored
    .hint = A gaiff pawb ddarllen a defnyddio ei god
field-source_code_url = Cod ffynhonnell
    .hint = Ble mae'r cod
field-open_standards = Safonau agored
    .hint = Safonau agored y mae'n eu dilyn
field-affected_groups = Grwpiau yr effeithir arnynt
    .hint = Ar bwy y caiff ei ddefnyddio
field-people_affected_per_year = Pobl yr effeithir arnynt bob blwyddyn
    .hint = Rhif cyfan; mae ei sail yn y golofn nesaf
field-decisions_per_year = Penderfyniadau bob blwyddyn
    .hint = Rhif cyfan; mae ei sail yn y golofn nesaf
field-uses_children_data = Yn defnyddio data am blant
    .hint = true neu false
field-special_category_data = Data categori arbennig
    .hint = Data personol y mae'r gyfraith yn eu diogelu'n fwy
field-national_identifiers = Dynodyddion cenedlaethol
    .hint = Megis rhif Yswiriant Gwladol, rhif GIG
field-notification_given = Hysbysu
    .hint = Beth a ddywedir wrth bobl am ei ddefnydd, a sut
field-explanation_available = Esboniad ar gael
    .hint = A all person gael esboniad o ganlyniad; true neu false
field-explanation_url = Esboniad
    .hint = Ble y gellir gofyn am yr esboniad neu ei ddarllen
field-opt_out_route = Optio allan
    .hint = Sut y gall person optio allan
field-non_digital_route_url = Llwybr nad yw'n ddigidol
    .hint = Sut i gael yr un gwasanaeth hebddo
field-workforce_impact = Effaith ar waith
    .hint = Beth y mae'n ei wneud i swyddi ac amodau gwaith
field-benefit_distribution = Pwy sy'n elwa
    .hint = Sut y caiff y manteision eu rhannu
field-beneficiaries = Buddiolwyr
    .hint = Pwy sy'n elwa
field-risk_bearers = Y rhai sy'n ysgwyddo'r risg
    .hint = Pwy sy'n ysgwyddo'r risg
field-assessments = Asesiadau
    .hint = Asesiadau effaith gyda math, cyfnod, statws a dyddiadau
field-reviews = Adolygiadau
    .hint = Cyngor cyrff goruchwylio a'r ymateb
field-audits = Archwiliadau
    .hint = Archwiliadau ar ôl y digwyddiad
field-consultations = Ymgyngoriadau
    .hint = Pwy a holwyd, sut, a beth a ddaeth ohono
field-evaluations = Gwerthusiadau
    .hint = Astudiaethau o sut mae'n gweithio'n ymarferol
field-risks = Risgiau
    .hint = Risgiau a beth a wneir yn eu cylch
field-redress_routes = Llwybrau unioni
    .hint = Sut i herio canlyniad neu'r offeryn
field-complaint_statistics = Ystadegau cwynion
    .hint = Faint a gwynodd, faint oedd yn iawn
field-incidents = Digwyddiadau
    .hint = Beth aeth o'i le a beth a wnaed
field-contracts = Contractau
    .hint = Dynodydd contractio agored neu hysbysiad, gwerth, dyddiadau
field-environment = Cost amgylcheddol
    .hint = Ynni, carbon a dŵr
field-tests = Pum prawf
    .hint = Paratoi, egwyddorion, cyfranogi, ffyniant, pŵer
field-evidence = Tystiolaeth
    .hint = Ar beth y mae cofnod trydydd parti yn seiliedig
field-references = Cyfeiriadau
    .hint = Dynodyddion yr un peth mewn mannau eraill
field-field_statements = Datganiadau maes
    .hint = Ddim yn berthnasol, anhysbys, wedi'i ddal yn ôl neu heb fod o gwbl, yn lle gwerthoedd

## kind: What a record is about.

code-kind-algorithmic_tool = Offeryn algorithmig
    .definition = Offeryn sy'n defnyddio rheolau, ystadegau neu ddysgu peirianyddol mewn tasg gyhoeddus
code-kind-procured_technology = Technoleg a gaffaelwyd
    .definition = Technoleg a brynwyd ar gyfer tasg gyhoeddus, p'un a yw'n cyfrifo penderfyniad ai peidio

## origin: Who made the statement that a record is.

code-origin-self_declared = Hunanddatganedig
    .definition = Y cyhoeddwr ei hun a gyflwynodd y cofnod
code-origin-imported = Wedi'i fewnforio
    .definition = Wedi'i gymryd o gofrestr gyhoeddus arall fel y mae'r gofrestr honno'n ei nodi
code-origin-third_party = Trydydd parti
    .definition = Wedi'i gofnodi gan arsylwr achrededig ar sail tystiolaeth gyhoeddus

## in_source: Whether the latest edition of the record's source, as imported, has the record.

code-in_source-true = Yn ei ffynhonnell
    .definition = Mae'r cofnod yn argraffiad diweddaraf ei ffynhonnell a fewnforiwyd
code-in_source-false = Nid yw yn ei ffynhonnell mwyach
    .definition = Nid yw'r cofnod yn argraffiad diweddaraf ei ffynhonnell a fewnforiwyd

## phase: Where a tool stands in its life (ATRS 0.3).

code-phase-idea = Syniad
    .definition = Dan ystyriaeth, heb ei adeiladu na'i brynu
code-phase-design = Dylunio
    .definition = Yn cael ei ddylunio
code-phase-procurement = Caffael
    .definition = Yn cael ei brynu
code-phase-development = Datblygu
    .definition = Yn cael ei adeiladu neu ei addasu
code-phase-pre_deployment = Cyn ei ddefnyddio
    .definition = Wedi'i adeiladu, yn cael ei brofi, heb ei ddefnyddio ar bobl eto
code-phase-private_beta = Beta preifat
    .definition = Yn cael ei ddefnyddio ar bobl a wahoddwyd
code-phase-public_beta = Beta cyhoeddus
    .definition = Yn agored i bawb tra'i fod yn dal i newid
code-phase-pilot = Peilot
    .definition = Yn cael ei ddefnyddio go iawn ar raddfa gyfyngedig
code-phase-production = Ar waith
    .definition = Mewn defnydd rheolaidd
code-phase-suspended = Wedi'i atal
    .definition = Wedi'i ddiffodd am y tro
code-phase-retired = Wedi dod i ben
    .definition = Fe'i defnyddiwyd, ond nis defnyddir mwyach
code-phase-abandoned = Wedi'i roi heibio
    .definition = Rhoddwyd y gorau iddo cyn ei ddefnyddio

## sector: The field of public life a tool is used in; sensitive sectors carry stricter rules.

code-sector-schools = Ysgolion
    .definition = Ysgolion a'u disgyblion
code-sector-further_and_higher_education = Addysg bellach ac uwch
    .definition = Colegau a phrifysgolion
code-sector-policing = Plismona
    .definition = Heddluoedd a'r hyn a wnânt
code-sector-justice_prisons_probation = Cyfiawnder, carchardai a phrawf
    .definition = Llysoedd, carchardai, y gwasanaeth prawf ac erlyn
code-sector-immigration_asylum = Mewnfudo a lloches
    .definition = Fisâu, ffiniau, lloches a dinasyddiaeth
code-sector-welfare_benefits = Lles a budd-daliadau
    .definition = Nawdd cymdeithasol, budd-daliadau a phensiynau
code-sector-tax = Treth
    .definition = Trethi a thollau
code-sector-child_protection = Amddiffyn plant
    .definition = Diogelu plant a gwasanaethau i deuluoedd
code-sector-adult_social_care = Gofal cymdeithasol i oedolion
    .definition = Gofal i oedolion y tu allan i'r ysbyty
code-sector-housing = Tai
    .definition = Tai cymdeithasol, digartrefedd, landlordiaid
code-sector-health = Iechyd
    .definition = Gwasanaethau iechyd ac iechyd y cyhoedd
code-sector-employment_services = Gwasanaethau cyflogaeth
    .definition = Canolfannau gwaith, hyfforddi a lleoli ceiswyr gwaith
code-sector-defence_security = Amddiffyn a diogelwch gwladol
    .definition = Lluoedd arfog a diogelwch gwladol
code-sector-elections = Etholiadau
    .definition = Cofrestrau etholiadol, ymgyrchoedd a phleidleisio
code-sector-transport = Trafnidiaeth
    .definition = Ffyrdd, rheilffyrdd, parcio, gyrru a theithio
code-sector-environment = Yr amgylchedd
    .definition = Yr amgylchedd, ynni, hinsawdd, amaethyddiaeth a gwastraff
code-sector-planning = Cynllunio
    .definition = Defnydd tir a rheolaeth adeiladu
code-sector-licensing_regulation = Trwyddedu a rheoleiddio
    .definition = Trwyddedau, arolygiadau a goruchwylio marchnadoedd
code-sector-internal_operations = Gweithrediadau mewnol
    .definition = Gweinyddiaeth, staff a systemau'r corff ei hun
code-sector-other = Arall
    .definition = Dim un o'r lleill

## organisation_kind: What kind of body an organisation is.

code-organisation_kind-ministerial_department = Adran weinidogol
    .definition = Adran a arweinir gan weinidog
code-organisation_kind-non_ministerial_department = Adran anweinidogol
    .definition = Adran a arweinir gan swyddogion
code-organisation_kind-executive_agency = Asiantaeth weithredol
    .definition = Asiantaeth adran
code-organisation_kind-public_body = Corff cyhoeddus
    .definition = Corff cyhoeddus hyd braich oddi wrth y llywodraeth
code-organisation_kind-local_authority = Awdurdod lleol
    .definition = Cyngor neu awdurdod cyfun
code-organisation_kind-devolved_administration = Gweinyddiaeth ddatganoledig
    .definition = Llywodraeth ddatganoledig a'i hadrannau
code-organisation_kind-police_force = Heddlu
    .definition = Heddlu
code-organisation_kind-police_commissioner = Comisiynydd heddlu
    .definition = Comisiynydd heddlu a throseddu etholedig
code-organisation_kind-school = Ysgol
    .definition = Ysgol
code-organisation_kind-academy_trust = Ymddiriedolaeth academi
    .definition = Ymddiriedolaeth sy'n rhedeg ysgolion
code-organisation_kind-further_education = Addysg bellach
    .definition = Coleg
code-organisation_kind-university = Prifysgol
    .definition = Prifysgol
code-organisation_kind-nhs_body = Corff GIG
    .definition = Ymddiriedolaeth, bwrdd neu gomisiynydd y Gwasanaeth Iechyd Gwladol
code-organisation_kind-court_tribunal = Llys neu dribiwnlys
    .definition = Llys, tribiwnlys neu eu gwasanaeth
code-organisation_kind-fire_service = Gwasanaeth tân
    .definition = Gwasanaeth tân ac achub
code-organisation_kind-regulator = Rheoleiddiwr
    .definition = Corff sy'n goruchwylio eraill yn ôl y gyfraith
code-organisation_kind-oversight_body = Corff goruchwylio
    .definition = Pwyllgor moeseg neu gorff arall sy'n cynghori neu'n archwilio
code-organisation_kind-public_corporation = Corfforaeth gyhoeddus
    .definition = Corfforaeth mewn perchnogaeth gyhoeddus
code-organisation_kind-high_profile_group = Grŵp proffil uchel
    .definition = Grŵp a enwir o fewn y llywodraeth
code-organisation_kind-joint_body = Cyd-gorff
    .definition = Corff a redir gan sawl corff arall
code-organisation_kind-company = Cwmni
    .definition = Cwmni preifat
code-organisation_kind-civil_society = Cymdeithas sifil
    .definition = Elusen, undeb, papur newydd neu gorff sifil arall
code-organisation_kind-other = Arall
    .definition = Dim un o'r lleill

## alias_kind: Why an organisation has another name.

code-alias_kind-former = Enw blaenorol
    .definition = Enw a oedd ganddo o'r blaen
code-alias_kind-abbreviation = Talfyriad
    .definition = Ei lythrennau neu ei enw byr
code-alias_kind-legal_buyer = Prynwr cyfreithiol
    .definition = Y person cyfreithiol sy'n prynu ar ei ran
code-alias_kind-trading_as = Yn masnachu fel
    .definition = Enw y mae'n ei ddefnyddio yn y farchnad

## technology: How a tool works.

code-technology-rules = Rheolau
    .definition = Rheolau ysgrifenedig, coed penderfynu neu restrau gwirio a gymhwysir gan gyfrifiadur
code-technology-risk_scoring = Sgorio risg
    .definition = Mae pobl neu achosion yn cael sgôr neu ddosbarth risg
code-technology-machine_learning = Dysgu peirianyddol
    .definition = Model a ddysgwyd o ddata
code-technology-generative_ai = AI cynhyrchiol
    .definition = Testun, delweddau neu god a wneir gan fodel
code-technology-natural_language = Iaith naturiol
    .definition = Darllen, didoli neu ateb testun
code-technology-speech = Lleferydd
    .definition = Clywed neu gynhyrchu lleferydd
code-technology-computer_vision = Golwg cyfrifiadurol
    .definition = Darllen delweddau neu fideo
code-technology-biometric_identification = Adnabod biometrig
    .definition = Adnabod pwy yw rhywun yn ôl ei gorff neu ei ymddygiad
code-technology-biometric_categorisation = Categoreiddio biometrig
    .definition = Didoli pobl yn ôl eu corff neu eu hymddygiad
code-technology-monitoring_proctoring = Monitro a goruchwylio arholiadau
    .definition = Gwylio pobl yn y gwaith, yn yr ysgol neu mewn arholiadau
code-technology-matching = Paru
    .definition = Cysylltu data am yr un person neu'r un peth
code-technology-forecasting = Rhagolygu
    .definition = Rhagweld rhifau neu ddigwyddiadau, nid am un person
code-technology-optimisation = Optimeiddio
    .definition = Dod o hyd i'r cynllun, y llwybr neu'r amserlen orau
code-technology-robotics = Roboteg
    .definition = Peiriannau sy'n symud neu awtomeiddio prosesau
code-technology-data_platform = Llwyfan data
    .definition = Storio a chyfuno data i eraill eu defnyddio
code-technology-not_ai = Nid AI
    .definition = Dim un o'r technegau hyn
code-technology-other = Arall
    .definition = Techneg arall

## automation_level: How much of the decision the tool takes.

code-automation_level-informational = Rhoi gwybodaeth
    .definition = Yn rhoi gwybodaeth, heb gynnig
code-automation_level-recommends = Yn argymell
    .definition = Yn cynnig; person sy'n penderfynu
code-automation_level-decides_with_review = Yn penderfynu gydag adolygiad
    .definition = Yn penderfynu; mae person yn gwirio cyn i'r penderfyniad ddod i rym
code-automation_level-decides_alone = Yn penderfynu ar ei ben ei hun
    .definition = Yn penderfynu ac yn dod i rym heb berson

## burden_of_proof: Who must show that an outcome is right or wrong.

code-burden_of_proof-body = Y corff
    .definition = Rhaid i'r corff cyhoeddus ddangos bod y canlyniad yn gywir
code-burden_of_proof-person = Y person
    .definition = Rhaid i'r person yr effeithir arno ddangos bod y canlyniad yn anghywir
code-burden_of_proof-shared = Ar y cyd
    .definition = Rhaid i'r ddau ddangos eu rhan

## decision_effect: What can happen to a person after the tool's output.

code-decision_effect-benefit_stop = Atal budd-dal
    .definition = Caiff budd-dal neu wasanaeth ei atal, ei dorri neu ei wrthod
code-decision_effect-debt = Dyled
    .definition = Caiff arian ei hawlio'n ôl
code-decision_effect-penalty = Cosb
    .definition = Dirwy neu sancsiwn
code-decision_effect-investigation = Ymchwiliad
    .definition = Ymchwilir i berson neu caiff ei wirio'n amlach
code-decision_effect-arrest_stop = Arestio neu stopio
    .definition = Caiff person ei stopio, ei chwilio neu ei arestio
code-decision_effect-detention = Cadw dan glo
    .definition = Caiff person ei gadw neu mae'n parhau i gael ei gadw
code-decision_effect-exclusion = Gwahardd
    .definition = Caiff person ei gadw allan o le, ysgol neu wasanaeth
code-decision_effect-referral = Atgyfeirio
    .definition = Caiff person ei drosglwyddo i wasanaeth arall
code-decision_effect-allocation = Dyrannu
    .definition = Caiff lleoedd, cartrefi, staff neu arian eu rhoi
code-decision_effect-ranking = Trefnu
    .definition = Caiff pobl neu achosion eu rhoi mewn trefn
code-decision_effect-none = Dim
    .definition = Nid oes dim yn digwydd i berson

## affected_group: On whom a tool is used.

code-affected_group-general_public = Y cyhoedd
    .definition = Unrhyw un
code-affected_group-children = Plant
    .definition = Pobl dan 18 oed
code-affected_group-pupils_students = Disgyblion a myfyrwyr
    .definition = Pobl mewn addysg
code-affected_group-parents_carers = Rhieni a gofalwyr
    .definition = Pobl sy'n gofalu am eraill
code-affected_group-patients = Cleifion
    .definition = Pobl mewn gofal iechyd
code-affected_group-disabled_people = Pobl anabl
    .definition = Pobl ag anabledd
code-affected_group-older_people = Pobl hŷn
    .definition = Pobl o oedran pensiwn
code-affected_group-benefit_claimants = Hawlwyr budd-daliadau
    .definition = Pobl sy'n hawlio nawdd cymdeithasol
code-affected_group-tenants = Tenantiaid
    .definition = Pobl sy'n rhentu
code-affected_group-homeless_people = Pobl ddigartref
    .definition = Pobl heb gartref
code-affected_group-job_seekers = Ceiswyr gwaith
    .definition = Pobl sy'n chwilio am waith
code-affected_group-public_sector_staff = Staff y sector cyhoeddus
    .definition = Pobl sy'n gweithio i gorff cyhoeddus
code-affected_group-taxpayers = Trethdalwyr
    .definition = Pobl a chwmnïau sy'n talu treth
code-affected_group-businesses = Busnesau
    .definition = Cwmnïau a masnachwyr
code-affected_group-road_users = Defnyddwyr ffyrdd
    .definition = Gyrwyr, beicwyr a cherddwyr
code-affected_group-travellers = Teithwyr
    .definition = Pobl sy'n croesi ffiniau neu'n defnyddio trafnidiaeth
code-affected_group-migrants_asylum_seekers = Mudwyr a cheiswyr lloches
    .definition = Pobl sy'n dod o rywle arall i fyw neu i geisio noddfa
code-affected_group-suspects = Pobl dan amheuaeth
    .definition = Pobl a amheuir neu a gyhuddir
code-affected_group-prisoners_probationers = Carcharorion a phobl ar brawf
    .definition = Pobl dan ddedfryd
code-affected_group-victims_witnesses = Dioddefwyr a thystion
    .definition = Pobl a niweidiwyd gan drosedd neu a'i gwelodd
code-affected_group-voters = Pleidleiswyr
    .definition = Pobl ar y gofrestr etholiadol
code-affected_group-other = Arall
    .definition = Grŵp arall

## special_category: Personal data that the law protects more (UK GDPR articles 9 and 10).

code-special_category-race_ethnicity = Hil neu ethnigrwydd
    .definition = Tarddiad hiliol neu ethnig
code-special_category-political_opinions = Safbwyntiau gwleidyddol
    .definition = Safbwyntiau gwleidyddol
code-special_category-religion_belief = Crefydd neu gred
    .definition = Credoau crefyddol neu athronyddol
code-special_category-trade_union_membership = Aelodaeth o undeb llafur
    .definition = Bod yn aelod o undeb llafur
code-special_category-genetic = Data genetig
    .definition = Data genetig
code-special_category-biometric = Data biometrig
    .definition = Data biometrig sy'n dynodi person
code-special_category-health = Iechyd
    .definition = Data am iechyd
code-special_category-sex_life_orientation = Bywyd rhywiol neu gyfeiriadedd
    .definition = Bywyd rhywiol neu gyfeiriadedd rhywiol
code-special_category-criminal_offence = Trosedd
    .definition = Euogfarnau, troseddau a honiadau

## region: Where in or around the United Kingdom a tool is used (the 17 ATRS values).

code-region-united_kingdom = Y Deyrnas Unedig
    .definition = Y Deyrnas Unedig, fel y mae'r ATRS yn ei henwi
code-region-great_britain = Prydain Fawr
    .definition = Prydain Fawr, fel y mae'r ATRS yn ei henwi
code-region-england_and_wales = Cymru a Lloegr
    .definition = Cymru a Lloegr, fel y mae'r ATRS yn eu henwi
code-region-england = Lloegr
    .definition = Lloegr, fel y mae'r ATRS yn ei henwi
code-region-scotland = Yr Alban
    .definition = Yr Alban, fel y mae'r ATRS yn ei henwi
code-region-wales = Cymru
    .definition = Cymru, fel y mae'r ATRS yn ei henwi
code-region-northern_ireland = Gogledd Iwerddon
    .definition = Gogledd Iwerddon, fel y mae'r ATRS yn ei henwi
code-region-north_east = Gogledd-ddwyrain Lloegr
    .definition = Gogledd-ddwyrain Lloegr, fel y mae'r ATRS yn ei enwi
code-region-north_west = Gogledd-orllewin Lloegr
    .definition = Gogledd-orllewin Lloegr, fel y mae'r ATRS yn ei enwi
code-region-yorkshire_and_the_humber = Swydd Efrog a'r Humber
    .definition = Swydd Efrog a'r Humber, fel y mae'r ATRS yn eu henwi
code-region-east_midlands = Dwyrain Canolbarth Lloegr
    .definition = Dwyrain Canolbarth Lloegr, fel y mae'r ATRS yn ei enwi
code-region-west_midlands = Gorllewin Canolbarth Lloegr
    .definition = Gorllewin Canolbarth Lloegr, fel y mae'r ATRS yn ei enwi
code-region-east_of_england = Dwyrain Lloegr
    .definition = Dwyrain Lloegr, fel y mae'r ATRS yn ei enwi
code-region-london = Llundain
    .definition = Llundain, fel y mae'r ATRS yn ei henwi
code-region-south_east = De-ddwyrain Lloegr
    .definition = De-ddwyrain Lloegr, fel y mae'r ATRS yn ei enwi
code-region-south_west = De-orllewin Lloegr
    .definition = De-orllewin Lloegr, fel y mae'r ATRS yn ei enwi
code-region-overseas = Tramor
    .definition = Tramor, fel y mae'r ATRS yn ei enwi

## cofog_function: Function of government (UN COFOG, as used by ATRS 0.4).

code-cofog_function-general_public_services = Gwasanaethau cyhoeddus cyffredinol
    .definition = Deddfwrfa, treth, materion tramor, ymchwil sylfaenol
code-cofog_function-defence = Amddiffyn
    .definition = Lluoedd arfog ac amddiffyn sifil
code-cofog_function-public_order_and_safety = Trefn a diogelwch y cyhoedd
    .definition = Yr heddlu, tân, llysoedd a charchardai
code-cofog_function-economic_affairs = Materion economaidd
    .definition = Yr economi, llafur, trafnidiaeth, ynni, amaethyddiaeth
code-cofog_function-environmental_protection = Diogelu'r amgylchedd
    .definition = Gwastraff, dŵr, aer a natur
code-cofog_function-housing_and_community_amenities = Tai ac amwynderau cymunedol
    .definition = Tai, cynllunio, cyflenwad dŵr, goleuadau stryd
code-cofog_function-health = Iechyd
    .definition = Gwasanaethau iechyd
code-cofog_function-recreation_culture_and_religion = Hamdden, diwylliant a chrefydd
    .definition = Chwaraeon, diwylliant, y cyfryngau a chrefydd
code-cofog_function-education = Addysg
    .definition = Ysgolion, colegau a phrifysgolion
code-cofog_function-social_protection = Amddiffyn cymdeithasol
    .definition = Salwch, oedran, teulu, diweithdra, budd-dal tai
code-cofog_function-other = Arall
    .definition = Dim un o'r deg

## assessment_type: By which method an impact was assessed.

code-assessment_type-dpia = Asesiad effaith diogelu data
    .definition = Diogelu data (erthygl 35 o UK GDPR)
code-assessment_type-eqia = Asesiad effaith cydraddoldeb
    .definition = Cydraddoldeb (dyletswydd cydraddoldeb y sector cyhoeddus)
code-assessment_type-hria = Asesiad effaith hawliau dynol
    .definition = Hawliau dynol
code-assessment_type-fria = Asesiad effaith hawliau sylfaenol
    .definition = Hawliau sylfaenol (erthygl 27 o Ddeddf AI yr UE)
code-assessment_type-aia_ca = Asesiad effaith algorithmig (Canada)
    .definition = Algorithmic Impact Assessment Canada
code-assessment_type-aiia = Asesiad effaith AI
    .definition = Asesiad effaith o system AI drwy ddull cyhoeddedig arall
code-assessment_type-good_work_aia = Asesiad effaith algorithmig gwaith da
    .definition = Effeithiau ar waith a gweithwyr
code-assessment_type-cria = Asesiad effaith hawliau plant
    .definition = Hawliau plant
code-assessment_type-algo_care = ALGO-CARE
    .definition = Fframwaith ALGO-CARE ar gyfer plismona
code-assessment_type-police_covenant = Cyfamod yr heddlu
    .definition = Cyfamod ar gyfer defnyddio AI mewn plismona
code-assessment_type-environmental = Asesiad amgylcheddol
    .definition = Ynni, dŵr a charbon
code-assessment_type-security = Asesiad diogelwch
    .definition = Diogelwch y system
code-assessment_type-accessibility = Asesiad hygyrchedd
    .definition = Defnydd gan bobl anabl
code-assessment_type-ethics_framework = Fframwaith moeseg
    .definition = Fframwaith moeseg data neu AI
code-assessment_type-atrs = Adran risg ATRS
    .definition = Risgiau a mesurau lliniaru fel y'u nodir mewn cofnod ATRS
code-assessment_type-other = Arall
    .definition = Dull arall, a enwir yn y teitl

## assessment_stage: When an assessment belongs: before, after or between.

code-assessment_stage-screening = Sgrinio
    .definition = I ganfod a oes angen asesiad
code-assessment_stage-before_deployment = Cyn ei ddefnyddio
    .definition = Cyn i'r offeryn gael ei ddefnyddio ar bobl
code-assessment_stage-after_deployment = Ar ôl dechrau ei ddefnyddio
    .definition = Ar ôl i'r offeryn fynd yn fyw
code-assessment_stage-periodic = Cyfnodol
    .definition = Ar adegau penodol
code-assessment_stage-incident = Ar ôl digwyddiad
    .definition = Am fod rhywbeth wedi mynd o'i le

## assessment_status: How far an assessment is.

code-assessment_status-not_started = Heb ddechrau
    .definition = Nid oes dim wedi'i wneud eto
code-assessment_status-not_required = Ddim yn ofynnol
    .definition = Nid oes ei angen, gyda'r rheswm
code-assessment_status-in_progress = Ar y gweill
    .definition = Wedi dechrau
code-assessment_status-complete = Cyflawn
    .definition = Wedi'i orffen
code-assessment_status-approved = Wedi'i gymeradwyo
    .definition = Wedi'i orffen a'i lofnodi
code-assessment_status-overdue = Hwyr
    .definition = Dylai fod wedi'i orffen
code-assessment_status-superseded = Wedi'i ddisodli
    .definition = Mae un diweddarach wedi cymryd ei le

## assessment_outcome: What an assessment concluded.

code-assessment_outcome-proceed = Bwrw ymlaen
    .definition = Ewch ymlaen
code-assessment_outcome-proceed_with_measures = Bwrw ymlaen gyda mesurau
    .definition = Ewch ymlaen unwaith y bydd mesurau ar waith
code-assessment_outcome-do_not_proceed = Peidio â bwrw ymlaen
    .definition = Stopiwch
code-assessment_outcome-prior_consultation = Ymgynghori ymlaen llaw
    .definition = Gofynnwch i'r awdurdod goruchwylio yn gyntaf

## visibility: Who may read an assessment's text and document.

code-visibility-public = Cyhoeddus
    .definition = Pawb
code-visibility-summary = Crynodeb
    .definition = Mae pawb yn darllen y crynodeb, a'r rheoleiddiwr y ddogfen
code-visibility-regulator_only = Rheoleiddiwr yn unig
    .definition = Dim ond y rheoleiddiwr sy'n ei ddarllen; mae'n gyhoeddus ei fod yn bodoli

## review_advice: What an oversight body advised.

code-review_advice-support = Cefnogi
    .definition = Ewch ymlaen
code-review_advice-support_with_conditions = Cefnogi gydag amodau
    .definition = Ewch ymlaen os bodlonir yr amodau
code-review_advice-more_information = Rhagor o wybodaeth
    .definition = Dewch yn ôl gyda mwy
code-review_advice-do_not_support = Peidio â chefnogi
    .definition = Peidiwch â mynd ymlaen
code-review_advice-no_advice = Dim cyngor
    .definition = Nodwyd heb gyngor

## review_response: What the publisher did with the advice.

code-review_response-accepted = Derbyniwyd
    .definition = Dilynwyd
code-review_response-partly = Yn rhannol
    .definition = Dilynwyd yn rhannol
code-review_response-rejected = Gwrthodwyd
    .definition = Nis dilynwyd
code-review_response-pending = Yn yr arfaeth
    .definition = Dim ateb eto

## audit_kind: Who had the audit done.

code-audit_kind-internal = Mewnol
    .definition = Gan y corff ei hun
code-audit_kind-commissioned = Wedi'i gomisiynu
    .definition = Gan eraill, y corff yn talu
code-audit_kind-regulator = Rheoleiddiwr
    .definition = Gan reoleiddiwr
code-audit_kind-civil_society = Cymdeithas sifil
    .definition = Gan gymdeithas sifil neu'r wasg
code-audit_kind-joint = Ar y cyd
    .definition = Gan sawl un gyda'i gilydd

## consultation_outcome: What came of a consultation.

code-consultation_outcome-agreed = Cytunwyd
    .definition = Cytunodd y rhai yr ymgynghorwyd â hwy
code-consultation_outcome-changed = Newidiwyd
    .definition = Newidiwyd y cynllun
code-consultation_outcome-unchanged = Heb newid
    .definition = Arhosodd y cynllun fel yr oedd
code-consultation_outcome-withdrawn = Tynnwyd yn ôl
    .definition = Rhoddwyd y gorau i'r cynllun
code-consultation_outcome-ongoing = Parhaus
    .definition = Yn dal ar agor

## consultation_holder: Who held a consultation.

code-consultation_holder-publisher = Cyhoeddwr
    .definition = Y corff sy'n atebol am y cofnod
code-consultation_holder-supplier = Cyflenwr
    .definition = Cyflenwr y cynnyrch

## statement_kind: What stands in place of a required value.

code-statement_kind-not_applicable = Ddim yn berthnasol
    .definition = Nid yw'r cwestiwn yn codi, gyda'r rheswm
code-statement_kind-unknown = Anhysbys
    .definition = Nid yw'n hysbys i'r cyhoeddwr
code-statement_kind-withheld = Wedi'i ddal yn ôl
    .definition = Yn hysbys ond heb ei gyhoeddi, gyda'r sail
code-statement_kind-absent = Nid oes un
    .definition = Nid oes y fath beth, gyda'r rheswm: ni chynhaliwyd ymgynghoriad, ni wnaed contract
code-statement_kind-not_stated_by_source = Heb ei nodi
    .definition = Nid yw'r gofrestr y'i mewnforiwyd ohoni yn dweud, neu ni all ddweud: nid datganiad gan y corff
code-statement_kind-derived = Wedi'i gasglu gan y gofrestr
    .definition = Saif wrth ochr gwerth: nid yw'r ffynhonnell yn ei nodi, casglodd y gofrestr ef yn ôl y rheol a'r geiriau yn y rheswm
code-statement_kind-confirmed = Wedi'i gadarnhau
    .definition = Mae'r gwerth yn gywir er bod gwiriad yn ei amau, gyda'r rheswm: blwch post sy'n edrych fel un person ac sy'n perthyn i rôl

## withheld_ground: On which ground a value is withheld.

code-withheld_ground-foia_23 = FOIA adran 23
    .definition = Wedi'i gyflenwi gan gyrff diogelwch neu amdanynt
code-withheld_ground-foia_24 = FOIA adran 24
    .definition = Diogelwch gwladol
code-withheld_ground-foia_30 = FOIA adran 30
    .definition = Ymchwiliadau
code-withheld_ground-foia_31 = FOIA adran 31
    .definition = Gorfodi'r gyfraith
code-withheld_ground-foia_38 = FOIA adran 38
    .definition = Iechyd a diogelwch
code-withheld_ground-foia_40 = FOIA adran 40
    .definition = Gwybodaeth bersonol
code-withheld_ground-foia_41 = FOIA adran 41
    .definition = Wedi'i roi'n gyfrinachol
code-withheld_ground-foia_43 = FOIA adran 43
    .definition = Buddiannau masnachol
code-withheld_ground-procurement_confidential = Cyfrinachedd caffael
    .definition = Cyfrinachol o dan gyfraith gaffael
code-withheld_ground-disclosure_risk = Risg datgelu
    .definition = Niwed a ddiogelir gan esemptiad, fel y mae'r ffynhonnell yn ei nodi
code-withheld_ground-prohibited_by_law = Gwaharddedig gan y gyfraith
    .definition = Mae'r gyfraith yn gwahardd datgelu, fel y mae'r ffynhonnell yn ei nodi
code-withheld_ground-other = Arall
    .definition = Sail arall, a nodir yn y rheswm

## estimate_basis: How a number was found.

code-estimate_basis-measured = Wedi'i fesur
    .definition = Wedi'i gyfrif
code-estimate_basis-estimated = Wedi'i amcangyfrif
    .definition = Wedi'i amcangyfrif
code-estimate_basis-unknown = Anhysbys
    .definition = Ni ddywedir sut

## dataset_role: What a dataset is used for.

code-dataset_role-development = Datblygu
    .definition = I hyfforddi, mireinio neu brofi
code-dataset_role-operational = Gweithredol
    .definition = Ar waith

## environment_kind: What is used up.

code-environment_kind-energy = Ynni
    .definition = Trydan a gwres
code-environment_kind-carbon = Carbon
    .definition = Nwyon tŷ gwydr fel cyfwerth â charbon deuocsid
code-environment_kind-water = Dŵr
    .definition = Dŵr

## identifier_scheme: Who gave an organisation its identifier.

code-identifier_scheme-GOVUK-SLUG = Slug GOV.UK
    .definition = Slug sefydliad ar GOV.UK
code-identifier_scheme-GB-GOR = Cofrestr sefydliadau'r llywodraeth
    .definition = Allwedd y gofrestr government-organisation a ddaeth i ben
code-identifier_scheme-GB-PPON = Rhif sefydliad caffael cyhoeddus
    .definition = Rhif sefydliad caffael cyhoeddus y DU
code-identifier_scheme-GB-COH = Rhif Tŷ'r Cwmnïau
    .definition = Rhif cwmni neu gymdeithas gofrestredig, wyth nod
code-identifier_scheme-GB-EDU = URN
    .definition = Cyfeirnod unigryw ysgol yn Lloegr
code-identifier_scheme-GB-NHS = Cod ODS y GIG
    .definition = Cod yr Organisation Data Service
code-identifier_scheme-GB-LAE = Awdurdod lleol, Lloegr
    .definition = Cod y gofrestr local-authority-eng a ddaeth i ben
code-identifier_scheme-GB-LAS = Awdurdod lleol, yr Alban
    .definition = Cod y gofrestr local-authority-sct a ddaeth i ben
code-identifier_scheme-GB-LAW = Prif awdurdod lleol, Cymru
    .definition = Cod y gofrestr principal-local-authority a ddaeth i ben
code-identifier_scheme-GB-NIR = Awdurdod lleol, Gogledd Iwerddon
    .definition = Cod y gofrestr local-authority-nir a ddaeth i ben
code-identifier_scheme-GB-LA = Cod awdurdod lleol y DU
    .definition = Cod tair llythyren o restr awdurdodau lleol y DU
code-identifier_scheme-GSS = Cod GSS
    .definition = Cod daearyddiaeth y Swyddfa Ystadegau Gwladol
code-identifier_scheme-UK-POLICE = Heddlu
    .definition = Dynodydd heddlu data.police.uk
code-identifier_scheme-GB-FIRE = Gwasanaeth tân
    .definition = Allwedd y rhestr gwasanaethau tân
code-identifier_scheme-GB-FE = Coleg addysg bellach
    .definition = Allwedd y gofrestr further-education-college-uk a ddaeth i ben
code-identifier_scheme-GB-PRISON = Carchar
    .definition = Allwedd y gofrestr prison-estate a ddaeth i ben
code-identifier_scheme-WLS-SCHOOL = Ysgol yng Nghymru
    .definition = Rhif ysgol yng Nghymru
code-identifier_scheme-GB-CCG = Grŵp comisiynu clinigol
    .definition = Cod cyn grŵp comisiynu clinigol
code-identifier_scheme-GB-CHC = Rhif elusen
    .definition = Rhif elusen, Cymru a Lloegr
code-identifier_scheme-NL-OIN = OIN
    .definition = Rhif adnabod sefydliadau'r Iseldiroedd
code-identifier_scheme-NL-REGISTER = Slug cofrestr yr Iseldiroedd
    .definition = Slug sefydliad yng nghofrestr algorithmau'r Iseldiroedd
code-identifier_scheme-NL-CBS = Cod rhanbarth yr Iseldiroedd
    .definition = Cod bwrdeistref, talaith neu fwrdd dŵr, fel y'i defnyddir gan swyddfa ystadegau'r Iseldiroedd (GM0363)
code-identifier_scheme-NL-TOOI = Dynodydd TOOI
    .definition = Dynodydd corff yn yr Iseldiroedd yn y safon TOOI (gm0363)
code-identifier_scheme-US-AGENCY = Talfyriad asiantaeth yr Unol Daleithiau
    .definition = Talfyriad yn rhestr ffederal yr Unol Daleithiau

## flag: What a public rule says about a published record.

code-flag-assessment_missing = Asesiad ar goll
    .definition = Ar waith, ac mae'n hysbys nad yw asesiad y mae deddf neu bolisi yn gofyn amdano yno
code-flag-assessment_not_stated = Asesiad heb ei nodi
    .definition = Ar waith, mae asesiad yn ddyledus, ac nid yw ffynhonnell y cofnod yn dweud a oes un
code-flag-post_deployment_overdue = Asesiad ar ôl dechrau defnyddio yn hwyr
    .definition = Ar waith ers dros 12 mis a heb ei asesu ers hynny
code-flag-review_not_followed = Adolygiad heb ei ddilyn
    .definition = Cynghorodd corff goruchwylio yn erbyn neu gosododd amodau, a gwrthodwyd hynny neu nis atebwyd
code-flag-redress_missing = Unioni ar goll
    .definition = Mae'n cael effeithiau ar bobl ac nid yw'n nodi unrhyw ffordd i'w herio
code-flag-participation_missing = Cyfranogi ar goll
    .definition = Ar waith mewn sector sensitif, ac ni ddywedir yr ymgynghorwyd â neb
code-flag-supplier_undisclosed = Cyflenwr heb ei ddatgelu
    .definition = Wedi'i brynu, a'r cyflenwr wedi'i ddal yn ôl neu heb ei enwi
code-flag-contract_missing = Contract ar goll
    .definition = Wedi'i brynu ac ar waith, ac ni enwir unrhyw gontract
code-flag-stale = Hen
    .definition = Heb ei newid na'i gadarnhau ers 12 mis
code-flag-unanswered = Heb ei ateb
    .definition = Wedi'i gofnodi gan arsylwr a heb ei ateb gan y corff ers 28 diwrnod

## transparency_class: How many of the register's four questions a record answers.

code-transparency_class-low = Isel
    .definition = Atebir un o'r pedwar cwestiwn ar y mwyaf
code-transparency_class-medium = Canolig
    .definition = Atebir dau neu dri o'r pedwar cwestiwn
code-transparency_class-high = Uchel
    .definition = Atebir pob un o'r pedwar cwestiwn
code-transparency_class-not_rated = Heb ei raddio
    .definition = Gallai'r hyn nad yw ffynhonnell y cofnod yn ei ddweud newid yr ateb

## duty_strength: How strong a duty is: only laws and policies raise flags.

code-duty_strength-law = Deddf
    .definition = Mae deddf yn gofyn amdano
code-duty_strength-policy = Polisi
    .definition = Mae polisi sy'n rhwymo'r corff yn gofyn amdano
code-duty_strength-good_practice = Arfer da
    .definition = Caiff ei argymell, ac nid yw byth yn codi cwestiwn

## duty_condition: For which tools something is owed. Each is answered from a record by yes, no or not known.

code-duty_condition-every_tool = Pob offeryn
    .definition = Unrhyw offeryn y mae'r corff yn ei ddefnyddio at ei swyddogaethau
code-duty_condition-persons = Data am bobl, neu effeithiau arnynt
    .definition = Mae'n defnyddio data am bobl, neu mae'r hyn y mae'n ei wneud yn effeithio arnynt
code-duty_condition-children_data = Data am blant
    .definition = Mae'n defnyddio data am blant, neu caiff ei ddefnyddio arnynt
code-duty_condition-decision_on_persons = Penderfyniadau am bobl
    .definition = Mae'n gwneud neu'n paratoi penderfyniadau sy'n effeithio ar bobl
code-duty_condition-public_effect = Effaith gyhoeddus
    .definition = Mae'n dylanwadu ar benderfyniadau ag effaith gyhoeddus, neu mae'n cwrdd â'r cyhoedd ei hun
code-duty_condition-high_impact = Effaith uchel (UDA)
    .definition = Mae rhestr yr Unol Daleithiau yn dweud bod ei effaith yn uchel, neu ei fod yn effeithio ar hawliau neu ddiogelwch
code-duty_condition-eu_high_risk = Risg uchel (Deddf AI yr UE)
    .definition = Yn ôl ei sector, ei dechnoleg a'i effeithiau mae'n system AI o Atodiad III Deddf AI yr UE

## owed_kind: What a duty asks for.

code-owed_kind-assessment = Asesiad
    .definition = Asesiad o un o'r mathau a enwir
code-owed_kind-review = Adolygiad
    .definition = Adolygiad gan gorff goruchwylio
code-owed_kind-record = Cofnod
    .definition = Cofnod cyhoeddedig o'r offeryn

## role: What a person may be for an organisation, or for the whole register.

code-role-contributor = Cyfrannwr
    .definition = Yn ysgrifennu ac yn cyflwyno cofnodion ei gorff
code-role-approver = Cymeradwywr
    .definition = Yn adolygu ac yn cyhoeddi cofnodion ei gorff
code-role-observer = Arsylwr
    .definition = Cymdeithas sifil achrededig: yn cyflwyno cofnodion am eraill, gyda thystiolaeth, ac anodiadau
code-role-oversight = Goruchwylio
    .definition = Corff goruchwylio: yn cyflwyno adolygiadau ac archwiliadau o gofnodion
code-role-regulator = Rheoleiddiwr
    .definition = Yn darllen deunydd dan sêl o fewn ei gylch gwaith ac yn gadael derbynebau
code-role-admin = Gweinyddwr
    .definition = Yn rheoli sefydliadau, pobl a thocynnau, ac yn penderfynu ar yr hyn y mae eraill yn ei ddweud am gorff

## submission_state: Where a submission stands on its way to publication.

code-submission_state-draft = Drafft
    .definition = Yn cael ei ysgrifennu
code-submission_state-submitted = Wedi'i gyflwyno
    .definition = Yn aros i rywun ei adolygu
code-submission_state-in_review = Dan adolygiad
    .definition = Mae rhywun yn ei adolygu
code-submission_state-changes_requested = Gofynnwyd am newidiadau
    .definition = Daeth yn ôl gyda rheswm; mae'r golygiad nesaf yn ei wneud yn ddrafft eto
code-submission_state-approved = Wedi'i gymeradwyo
    .definition = Yn barod i'w gyhoeddi
code-submission_state-published = Wedi'i gyhoeddi
    .definition = Daeth yn fersiwn o'i gofnod
code-submission_state-discarded = Wedi'i hepgor
    .definition = Rhoddwyd y gorau iddo; gall y rhai a'i hysgrifennodd ei ddarllen o hyd

## contract_kind: What a row of the contract side stands for.

code-contract_kind-contract = Contract
    .definition = Contract y mae hysbysiad yn ei ddisgrifio, wedi'i gysylltu â'i ddyfarniad
code-contract_kind-award_only = Dyfarniad yn unig
    .definition = Dyfarniad heb gontract yn yr hysbysiadau; nid yw Contracts Finder yn cyhoeddi dim arall

## value_basis: Where the value of a contract comes from.

code-value_basis-contract = Contract
    .definition = Mae'r contract yn ei nodi
code-value_basis-award = Dyfarniad
    .definition = Mae'r dyfarniad yn ei nodi
code-value_basis-tender = Tendr
    .definition = Roedd y tendr yn ei ddisgwyl; nid yw'n hysbys beth y cytunwyd arno

## party_role: What a party is in a contract.

code-party_role-buyer = Prynwr
    .definition = Yn prynu
code-party_role-supplier = Cyflenwr
    .definition = Dyfarnwyd y contract iddo
code-party_role-removed_supplier = Cyflenwr a dynnwyd
    .definition = Bu'n gyflenwr ac nid yw mwyach

## resolved_by: How a party of a notice was found in the register.

code-resolved_by-identifier = Dynodydd
    .definition = Yn ôl dynodydd y mae golygydd neu restr o gyrff yn ei nodi
code-resolved_by-name = Enw
    .definition = Yn ôl ei enw, heb ei ffurf gyfreithiol
code-resolved_by-alias = Enw arall
    .definition = Yn ôl enw arall, megis enw ei brynwr cyfreithiol
code-resolved_by-nothing = Heb ei ddatrys
    .definition = Nid oes gan unrhyw sefydliad hysbys y dynodydd na'r enw hwn

## watch_strength: How strongly a contract points at sensitive technology, by the watch list of CPV codes and words.

code-watch_strength-strong = Cryf
    .definition = Cod neu air sy'n ddigon ar ei ben ei hun
code-watch_strength-medium = Canolig
    .definition = Cod y mae angen gair o'r rhestr neu brynwr sensitif gydag ef, ac y mae un ganddo
code-watch_strength-weak = Gwan
    .definition = Cod eang, gyda gair o'r rhestr neu brynwr sensitif gydag ef

## link_class: How good the grounds of a link between a contract and a record or product are; by rule, never by a score.

code-link_class-confirmed = Wedi'i gadarnhau
    .definition = Mae'r cofnod yn nodi'r broses neu'r hysbysiad ac mae'r prynwr yn cyfateb, neu cadarnhaodd person ef
code-link_class-strong = Cryf
    .definition = Yr un yw'r prynwr a'r cyflenwr yn ôl dynodydd, ac mae'r cynnyrch neu amser a math y pryniant yn cyd-fynd
code-link_class-probable = Tebygol
    .definition = Yr un yw'r prynwr ac enwir y cynnyrch, neu mae'r prynwr, y cyflenwr a'r amser yn cyd-fynd
code-link_class-candidate = Ymgeisydd
    .definition = Mae'r enwau'n cyd-fynd ac mae'r pryniant o'r math hwn, neu mae'n archeb o dan fframwaith cysylltiedig; edrychwch arno

## link_state: What people said about a link.

code-link_state-suggested = Wedi'i awgrymu
    .definition = Rheol a'i gwnaeth; nid oes neb wedi'i farnu eto
code-link_state-confirmed = Wedi'i gadarnhau
    .definition = Cadarnhaodd person ef
code-link_state-rejected = Wedi'i wrthod
    .definition = Dywedodd person ei fod yn anghywir; nis awgrymir byth eto
code-link_state-disputed = Dan anghydfod
    .definition = Mae'r corff yn dweud ei fod yn anghywir, ac nid oes neb wedi penderfynu eto

## gap_rule: What the gap report looks for between what was bought and what is on the register.

code-gap_rule-contract_without_record = Contract heb gofnod
    .definition = Technoleg sensitif, wedi'i llofnodi, ei dyfarnu neu ei dechrau dros 28 diwrnod yn ôl, ac nid oes cofnod sy'n debygol o gyfateb
code-gap_rule-record_without_contract = Cofnod heb gontract
    .definition = Offeryn a brynwyd sydd ar waith, ac nid oes contract sy'n debygol o gyfateb
code-gap_rule-framework_only = Fframwaith yn unig
    .definition = Fframwaith ar gyfer technoleg sensitif: nid yw'n hysbys pwy all fod wedi archebu oddi tano; nid yw'n cyhuddo neb
code-gap_rule-late_publication = Cyhoeddi hwyr
    .definition = Technoleg sensitif, wedi'i chyhoeddi dros 30 diwrnod ar ôl y dyfarniad
code-gap_rule-expired_or_renewed = Wedi dod i ben neu wedi'i adnewyddu
    .definition = Mae'r offeryn ar waith ac mae ei gontract wedi dod i ben, neu fe'i hestynnwyd ac nid yw'r cofnod yn dweud hynny
code-gap_rule-supplier_withheld = Cyflenwr wedi'i ddal yn ôl
    .definition = Nid yw'r hysbysiad yn dweud pwy a'i gwerthodd
code-gap_rule-value_withheld = Gwerth wedi'i ddal yn ôl
    .definition = Nid yw'r hysbysiad yn dweud beth yw ei gost
code-gap_rule-identity_unresolved = Hunaniaeth heb ei datrys
    .definition = Nid yw'r gofrestr yn gwybod pwy a'i prynodd; fe'i cyfrifir, ond nid yw byth yn fwlch corff a enwir
code-gap_rule-assessment_missing = Asesiad ar goll
    .definition = Mae'r contract yn rhedeg, ac nid oes gan y cofnod asesiad y mae deddf neu bolisi yn gofyn amdano

## gap_status: What became of a gap.

code-gap_status-open = Agored
    .definition = Nid oes dim yn cyfateb ac nid oes neb wedi ateb
code-gap_status-candidate_only = Ymgeisydd yn unig
    .definition = Gallai rhywbeth gyfateb; nid oes neb wedi edrych
code-gap_status-asked = Gofynnwyd
    .definition = Gofynnwyd i'r corff
code-gap_status-explained = Esboniwyd
    .definition = Esboniodd y corff ef; mae ei ateb gerllaw
code-gap_status-registered = Cofrestrwyd
    .definition = Mae cofnod neu gontract yn cyfateb bellach
code-gap_status-rejected_wrong_match = Cyfatebiad anghywir
    .definition = Nid dyna'r hyn y mae'r rheol yn chwilio amdano
code-gap_status-superseded = Wedi'i ddisodli
    .definition = Mae'r hyn yr oedd yn ymwneud ag ef wedi newid, fel nad yw'n dal mwyach

## answer_state: Whether a record answers a question, or what it says instead.

code-answer_state-stated = Wedi'i nodi
    .definition = Mae ateb
code-answer_state-absent = Nid oes un
    .definition = Nodir nad oes y fath beth
code-answer_state-not_applicable = Ddim yn berthnasol
    .definition = Nodir nad yw'r cwestiwn yn codi
code-answer_state-withheld = Wedi'i ddal yn ôl
    .definition = Mae'n hysbys ond heb ei gyhoeddi
code-answer_state-unknown = Anhysbys
    .definition = Mae'r corff yn nodi nad yw'n gwybod
code-answer_state-not_stated = Heb ei nodi
    .definition = Gadawodd y corff ef yn wag, neu nid yw'r gofrestr y'i mewnforiwyd ohoni yn dweud

## test: One of the five tests that a body can answer.

code-test-preparation = Paratoi
    .definition = A gafodd ei baratoi
code-test-principles = Egwyddorion
    .definition = A yw'n dilyn egwyddorion
code-test-participation = Cyfranogi
    .definition = A gymerodd pobl ran
code-test-prosperity = Ffyniant
    .definition = A yw'n gwneud lles
code-test-power = Pŵer
    .definition = Pwy sy'n ennill pŵer

## Parts of things in a record

part-name = Enw
part-supplier = Cyflenwr
part-product = Cynnyrch
part-role = Rôl
part-data_access_terms = Telerau mynediad at ddata
part-organisation = Sefydliad
part-phase = Cam
part-started_on = Dechreuodd ar
part-ended_on = Daeth i ben ar
part-local_settings = Gosodiadau lleol
part-local_contact = Cyswllt lleol
part-version = Fersiwn
part-task = Tasg
part-architecture = Pensaernïaeth
part-provider = Darparwr
part-metric = Metrig
part-value = Gwerth
part-group = Grŵp
part-dataset = Set ddata
part-measured_on = Mesurwyd ar
part-description = Disgrifiad
part-modality = Math o ddata
part-quantity = Maint
part-source_url = Cyfeiriad gwe'r ffynhonnell
part-completeness = Cyflawnder
part-collection = Casglu
part-cleaning = Glanhau
part-access_and_storage = Mynediad a storio
part-sharing_agreements = Cytundebau rhannu
part-sensitive_attributes = Priodoleddau sensitif
part-steward = Stiward
part-basis = Sail
part-id = Dynodydd
part-type = Math
part-title = Teitl
part-stage = Cyfnod
part-status = Statws
part-status_reason = Rheswm dros y statws
part-completed_on = Cwblhawyd ar
part-next_review_on = Adolygiad nesaf ar
part-assessor_role = Rôl yr asesydd
part-reviewer = Adolygydd
part-consulted_groups = Grwpiau yr ymgynghorwyd â hwy
part-native_scale = Graddfa'r dull ei hun
part-risk_level = Lefel risg
part-residual_risk = Risg weddilliol
part-outcome = Canlyniad
part-visibility = Gwelededd
part-withheld_ground = Sail dros ddal yn ôl
part-summary = Crynodeb
part-document = Dogfen
part-sha256 = SHA-256
part-media_type = Math o gyfrwng
part-bytes = Beitiau
part-url = Cyfeiriad gwe
part-shared_with = Rhannwyd gyda
part-regulator = Rheoleiddiwr
part-shared_on = Rhannwyd ar
part-receipt = Derbynneb
part-body = Corff
part-met_on = Cyfarfu ar
part-minutes_url = Cyfeiriad gwe'r cofnodion
part-advice = Cyngor
part-conditions = Amodau
part-response = Ymateb
part-response_text = Testun yr ymateb
part-kind = Math
part-independence = Annibyniaeth
part-participants = Cyfranogwyr
part-done_on = Gwnaed ar
part-report_url = Cyfeiriad gwe'r adroddiad
part-response_url = Cyfeiriad gwe'r ymateb
part-held_by = Cynhaliwyd gan
part-opens_on = Yn agor ar
part-closes_on = Yn cau ar
part-groups = Grwpiau
part-method = Dull
part-responses = Ymatebion
part-effect = Effaith
part-likelihood = Tebygolrwydd
part-severity = Difrifoldeb
part-mitigations = Mesurau lliniaru
part-target = Targed
part-eligible = Pwy sy'n gymwys
part-channel = Sianel
part-deadline_days = Terfyn amser mewn diwrnodau
part-collective_allowed = Caniateir ar y cyd
part-period = Cyfnod amser
part-received = Derbyniwyd
part-upheld = Cadarnhawyd
part-happened_on = Digwyddodd ar
part-people_affected = Pobl yr effeithiwyd arnynt
part-remedy = Rhwymedi
part-ocid = OCID
part-notice_url = Cyfeiriad gwe'r hysbysiad
part-procedure = Gweithdrefn
part-currency = Arian cyfred
part-starts_on = Yn dechrau ar
part-ends_on = Yn dod i ben ar
part-amount = Swm
part-unit = Uned
part-preparation = Paratoi
part-text = Testun
part-evidence_url = Cyfeiriad gwe'r dystiolaeth
part-principles = Egwyddorion
part-participation = Cyfranogi
part-prosperity = Ffyniant
part-power = Pŵer
part-held_on = Cynhaliwyd ar
part-quote = Dyfyniad
part-scheme = Cynllun
part-field = Maes
part-reason = Rheswm
part-ground = Sail

## The public rules

rule-assessment_missing = Mae gan offeryn sydd ar waith bob asesiad y mae deddf neu bolisi yn sicr yn ei ofyn gan ei gorff, wedi'i gwblhau cyn ei ddefnyddio. Mae'n cyfrif fel un ar goll dim ond os atebodd y corff drosto'i hun hebddo, neu os yw rhywun yn nodi na chafodd ei wneud.
rule-assessment_not_stated = Mae ffynhonnell cofnod am offeryn sydd ar waith yn dweud a wnaed pob asesiad y mae deddf neu bolisi yn gofyn amdano, neu y gall ofyn amdano. Lle nad yw'n dweud, mae hynny'n gwestiwn i'r corff ac nid yn fai arno.
rule-post_deployment_overdue = Mae offeryn sydd ar waith ers dros 12 mis wedi'i asesu ers iddo fynd yn fyw. Codir y faner os nad oes asesiad o'r fath yng nghofnod y corff ei hun, ac os yw rhywun yn dweud nad oes un neu nad yw wedi'i wneud.
rule-review_not_followed = Ni chaiff cyngor yn erbyn offeryn, neu gyngor gydag amodau, ei wrthod na'i adael heb ei ateb am dros 90 diwrnod. Ystyrir bod ymateb nad yw ffynhonnell neu arsylwr yn ei nodi wedi'i roi.
rule-redress_missing = Mae offeryn y gall ei allbwn effeithio ar berson yn nodi o leiaf un ffordd i'w herio. Codir y faner os gadawodd y corff y cwestiwn heb ei ateb neu os nad yw'n gwybod, ac os yw rhywun yn dweud nad oes ffordd.
rule-participation_missing = Ymgynghorwyd ar offeryn sydd ar waith mewn sector sensitif. Codir y faner os gadawodd y corff y cwestiwn heb ei ateb neu os nad yw'n gwybod, ac os yw rhywun yn dweud na fu ymgynghoriad.
rule-supplier_undisclosed = Mae offeryn a brynwyd yn enwi ei gyflenwr. Codir y faner os yw'r cyflenwr wedi'i ddal yn ôl, gan bwy bynnag, os gadawodd y corff y cwestiwn heb ei ateb neu os nad yw'n gwybod, ac os yw rhywun yn dweud nad oes un.
rule-contract_missing = Mae offeryn a brynwyd sydd ar waith yn enwi ei gontract. Codir y faner os gadawodd y corff y cwestiwn heb ei ateb neu os nad yw'n gwybod, ac os yw rhywun yn dweud nad oes contract.
rule-stale = Caiff cofnod ei adnewyddu neu ei gadarnhau gan ei awdur o leiaf bob 12 mis. Adnewyddir cofnodion a fewnforiwyd yn eu ffynhonnell, ac ni ofynnir hyn amdanynt.
rule-unanswered = Mae corff yn ateb cofnod arsylwr o fewn 28 diwrnod.
transparency-class = Mae uchel yn ateb pob un o'r pedwar cwestiwn, canolig ddau neu dri: beth a ddefnyddir ac ar bwy (technoleg, effeithiau, grwpiau yr effeithir arnynt); pwy sy'n atebol amdano a phwy a'i gwerthodd (tîm neu rôl, a'r cyflenwr os cafodd ei brynu); beth a wiriwyd (asesiad, adolygiad, archwiliad neu ymgynghoriad); sut i'w herio (llwybr unioni neu esboniad). Ni raddir cofnod a fewnforiwyd os gallai'r hyn nad yw ei ffynhonnell yn ei nodi newid y dosbarth.

## Codes of other lists

word-active = Yn weithredol
word-cancelled = Wedi'i ganslo
word-complete = Wedi'i gwblhau
word-planned = Wedi'i gynllunio
word-pending = Yn yr arfaeth
word-terminated = Wedi'i derfynu
word-unsuccessful = Aflwyddiannus
word-withdrawn = Wedi'i dynnu'n ôl
word-open = Agored
word-selective = Dethol
word-limited = Cyfyngedig
word-direct = Uniongyrchol
word-record = Cofnod
word-product = Cynnyrch
word-buyer_name = Enw'r prynwr
word-buyer_alias = Enw arall y prynwr
word-buyer_identifier = Dynodwr y prynwr
word-supplier_name = Enw'r cyflenwr
word-supplier_identifier = Dynodwr y cyflenwr
word-exclusive_term = Term unigryw
word-watched_word = Gair a wylir
word-watched_cpv = Cod CPV a wylir
word-dates_overlap = Dyddiadau'n gorgyffwrdd
word-call_off_of_linked_framework = Galwad o fframwaith cysylltiedig
word-stated_process = Proses a nodwyd
word-stated_by_body = Nodwyd gan y corff
word-wrong_match = Cyfatebiad anghywir
word-high = Uchel
word-medium = Canolig
word-low = Isel
word-draft = Drafft
word-publication = Cyhoeddi
word-publication_if_bought = Cyhoeddi, os prynwyd
word-live = Ar waith
word-live_if_bought = Ar waith, os prynwyd
word-retired = Wedi dod i ben
word-optional = Dewisol
word-other_buyer = Prynwr arall
word-stated_notice = Hysbysiad a nodwyd
word-supplier_alias = Enw arall y cyflenwr
word-buyer_name_only = Enw'r prynwr yn unig
word-supplier_name_only = Enw'r cyflenwr yn unig
