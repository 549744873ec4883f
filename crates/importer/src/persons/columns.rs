//! Which columns hold people, by the words of their headings in English, Dutch, French, German, Spanish and Welsh.

use domain::text::fold;

/// Headings that are about people as they stand.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "contact", "contacts", "contact details", "contact information", "contact info", "contact data", "people",
    "person", "persons", "author", "authors", "names of staff", "staff",
    "contacten", "contactgegevens", "contactinformatie", "auteur", "auteurs", "personen", "persoon",
    "responsable", "responsables", "coordonnees", "personne", "personnes", "interlocuteur", "interlocutrice",
    "kontakt", "kontakte", "kontaktdaten", "verfasser", "verfasserin", "autor", "autorin", "bearbeiter", "bearbeiterin",
    "contacto", "contactos", "datos de contacto", "autora", "persona", "personas",
    "cyswllt", "cysylltiadau", "manylion cyswllt", "awdur", "pobl",
];
/// Those of them under which may stand how many people there are.
const COUNTS: &[&str] = &[
    "people",
    "persons",
    "person",
    "staff",
    "personen",
    "personne",
    "personnes",
    "persona",
    "personas",
    "pobl",
];
/// Words that make a heading one of people, if all others are among [`BESIDE`]: "Work phone", but not "Phone calls".
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "poc", "tel", "telephone", "telephones", "phone", "mobile", "cellphone", "fax", "surname", "forename",
    "firstname", "lastname", "fullname", "email", "emails", "mailbox", "mail", "emailaddress",
    "telefoon", "telefoonnummer", "mobiel", "gsm", "voornaam", "achternaam", "mailadres", "emailadres",
    "tlf", "courriel", "prenom", "patronyme", "telecopie",
    "telefon", "telefonnummer", "handy", "handynummer", "vorname", "nachname", "familienname",
    "telefono", "movil", "correo", "apellido", "apellidos",
    "ffon", "ebost", "bost", "cyfenw",
];
/// Words that may stand beside one of [`WORDS`].
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "number", "numbers", "no", "nr", "name", "address", "contact", "contacts", "person", "of", "the", "work", "office",
    "direct", "business", "e", "primary", "secondary", "main", "owner", "manager", "lead", "agency", "staff", "user", "1", "2",
    "nummer", "adres", "naam", "van", "de", "het", "numero", "adresse", "du", "la", "le", "des", "nom", "name", "der",
    "des", "dienstlich", "del", "nombre", "direccion", "electronico", "electronica", "rhif", "enw", "cyfeiriad", "y",
];
/// Words in a row, or run together as in `contactName`, that make a heading one of people.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "contact name", "name of contact", "names of contact", "contact person", "contact persons", "point of contact",
    "points of contact", "contact point name", "responsible person", "person responsible", "responsible official",
    "responsible officer", "responsible individual", "accountable person", "named person", "name of person",
    "name of the person", "first name", "last name", "family name", "given name", "given names", "submitted by",
    "completed by", "filled in by", "filled out by", "reported by", "entered by", "created by", "updated by",
    "edited by", "approved by", "signed by", "prepared by", "reviewed by name", "submitter", "project manager",
    "project lead", "product owner", "product manager", "system owner name", "owner name", "name of owner",
    "name of the owner", "head first name", "head last name", "head title", "head teacher", "headteacher",
    "contactpersoon", "contactpersonen", "contact persoon", "naam contact", "contactnaam", "naam van contact",
    "verantwoordelijke persoon", "verantwoordelijk persoon", "verantwoordelijke medewerker",
    "verantwoordelijke ambtenaar", "naam verantwoordelijke", "naam van de verantwoordelijke", "ingevuld door",
    "ingediend door", "opgesteld door", "aangemaakt door", "gewijzigd door", "projectleider", "projectmanager",
    "naam medewerker", "aanspreekpunt", "mobiele nummer", "mobiel nummer",
    "nom du contact", "nom de contact", "nom contact", "personne contact", "personne de contact",
    "personne a contacter", "personne ressource", "personne responsable", "nom du responsable",
    "nom de la responsable", "nom de la personne", "nom et prenom", "prenom et nom", "nom de famille", "rempli par",
    "redige par", "cree par", "soumis par", "chef de projet", "cheffe de projet", "adresse electronique",
    "point de contact",
    "ansprechpartner", "ansprechpartnerin", "ansprechperson", "kontaktperson", "verantwortliche person",
    "verantwortlicher mitarbeiter",
    "name des verantwortlichen", "name der verantwortlichen", "zustandige person", "zustaendige person",
    "sachbearbeiter", "ausgefullt von", "ausgefuellt von", "erstellt von", "eingereicht von", "projektleiter",
    "projektleitung",
    "nombre del contacto", "nombre de contacto", "persona de contacto", "personas de contacto", "punto de contacto",
    "persona responsable", "nombre del responsable", "nombre de la responsable", "nombre de la persona",
    "nombre y apellidos", "cumplimentado por", "rellenado por", "elaborado por", "jefe de proyecto",
    "jefa de proyecto",
    "enw cyswllt", "enw r cyswllt", "enwr cyswllt", "person cyswllt", "pwynt cyswllt", "person cyfrifol",
    "enw r person", "enwr person", "enw cyntaf", "cwblhawyd gan", "llenwyd gan", "cyflwynwyd gan",
    "rheolwr prosiect",
];
/// The most words of a heading at all; longer ones are questions, of which only [`IN_QUESTIONS`] ask for people.
const HEADING: usize = 7;
/// What asks for people in a heading of any length.
#[rustfmt::skip]
const IN_QUESTIONS: &[&str] = &[
    "point of contact", "contact person", "contact name", "name of the person", "contactpersoon", "ansprechpartner",
    "ansprechperson", "persona de contacto", "personne a contacter", "nom du contact", "person cyswllt",
];

/// Whether a column holds people: names, mailboxes or telephone numbers.
pub(super) fn holds_people(heading: &str) -> bool {
    let folded = fold(&spaced(heading));
    let count = folded.split(' ').count();
    let padded = format!(" {folded} ");
    let has = |phrase: &str| padded.contains(&format!(" {phrase} "));
    if count > HEADING {
        return IN_QUESTIONS.iter().any(|phrase| has(phrase));
    }
    let squeezed = folded.replace(' ', "");
    let runs = |phrase: &str| phrase.len() >= 9 && squeezed == phrase.replace(' ', "");
    WHOLE.contains(&folded.as_str())
        || PHRASES.iter().any(|phrase| has(phrase) || runs(phrase))
        || folded.split(' ').any(|word| WORDS.contains(&word))
            && folded.split(' ').all(|word| WORDS.contains(&word) || BESIDE.contains(&word))
}

/// Whether a heading of people may be one of numbers of people.
pub(super) fn may_count(heading: &str) -> bool {
    COUNTS.contains(&fold(heading).as_str())
}

/// A heading with its words apart, as `contactName` has them together.
fn spaced(heading: &str) -> String {
    let mut spaced = String::with_capacity(heading.len() + 4);
    let mut before = ' ';
    for letter in heading.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_people_are_known_in_six_languages() {
        #[rustfmt::skip]
        let headings = [
            "Contact Name", "contactName", "contact_email", "Contact Email", "POC", "P.O.C.", "POC Name",
            "Point of Contact (name, office)", "Responsible person", "Telephone", "Phone number", "First Name",
            "HeadLastName", "HeadFirstName", "HeadTitle (name)", "Project manager", "Submitted by",
            "Who is the point of contact for this use case in your agency?",
            "Contactpersoon", "contact_persoon", "Verantwoordelijke persoon", "Telefoonnummer", "E-mailadres",
            "Naam contactpersoon", "Nom du contact", "Personne-ressource", "Personne responsable", "Téléphone",
            "Courriel", "Ansprechpartner", "Ansprechpartnerin", "Verantwortliche Person", "Telefon", "E-Mail-Adresse",
            "Persona de contacto", "Nombre del responsable", "Teléfono", "Correo electrónico",
            "Enw cyswllt", "Person cyfrifol", "Rhif ffôn", "E-bost", "people",
        ];
        for heading in headings {
            assert!(holds_people(heading), "{heading}");
        }
    }

    #[test]
    fn other_columns_are_not() {
        #[rustfmt::skip]
        let headings = [
            "Use Case Name", "name", "organization", "Agency", "Senior responsible owner", "competent_authority",
            "Does the tool read e-mail or telephone records of people?", "contracting_usage", "Developer Information",
            "Contact frequency of the chatbot", "people_affected_per_year", "owner", "personal_information_banks_en",
            "involves_personal_information", "Smartphone data used", "Phone calls per year", "Mail volume", "Mobile app", "population_type", "title", "", "human_intervention",
            "Is there a process in place to contact people who are affected?", "telemetry", "hotel", "details",
        ];
        for heading in headings {
            assert!(!holds_people(heading), "{heading}");
        }
    }
}
