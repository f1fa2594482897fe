//! Common given names of Europe and the Americas, by which names of persons are told from titles.

#[rustfmt::skip] // As prose: a word a line would be a file of its own.
/// In small letters, sorted by their bytes.
const GIVEN_NAMES: [&str; 462] = [
    "aaron", "abigail", "adam", "adrian", "agnes", "ahmed", "aidan", "alan", "albert", "alejandro",
    "alex", "alexander", "alexandra", "alexis", "alfred", "ali", "alice", "alicia", "alison",
    "allison", "amanda", "amber", "amelia", "amy", "ana", "andrea", "andreas", "andrew", "angel",
    "angela", "angelina", "anita", "ann", "anna", "anne", "annie", "anthony", "antonio", "april",
    "arthur", "ashley", "audrey", "austin", "ava", "barbara", "beatrice", "ben", "benjamin",
    "bernard", "beth", "betty", "beverly", "bill", "birgit", "bob", "bobby", "bonnie", "boris",
    "bradley", "brandon", "brenda", "brian", "brittany", "bruce", "bryan", "caleb", "cameron",
    "carl", "carla", "carlos", "carmen", "carol", "caroline", "carolyn", "catherine", "cecilia",
    "charles", "charlotte", "chen", "cheryl", "chloe", "chris", "christian", "christina",
    "christine", "christopher", "cindy", "claire", "clara", "claudia", "claus", "connor",
    "courtney", "craig", "crystal", "cynthia", "daisy", "daniel", "daniela", "danielle", "danny",
    "david", "dawn", "deborah", "debra", "denise", "dennis", "derek", "diana", "diane", "diego",
    "dieter", "dmitri", "dominic", "donald", "donna", "doris", "dorothy", "douglas", "dylan",
    "edith", "eduardo", "edward", "eileen", "elaine", "eleanor", "elena", "elias", "elijah",
    "elisabeth", "elizabeth", "ella", "ellen", "emily", "emma", "emmanuel", "eric", "erica", "erik",
    "erin", "ernst", "esther", "ethan", "eugene", "eva", "evan", "evelyn", "fatima", "felix",
    "fernando", "fiona", "florence", "frances", "francesca", "francis", "francisco", "frank",
    "frederick", "gabriel", "gabriela", "gary", "george", "gerald", "gloria", "gordon", "grace",
    "graham", "greg", "gregory", "günter", "hannah", "hans", "harold", "harry", "hassan", "heather",
    "heidi", "heinz", "helen", "helena", "helga", "henry", "holly", "howard", "hugo", "ian",
    "ibrahim", "ingrid", "irene", "isaac", "isabel", "isabella", "isabelle", "ivan", "jack",
    "jackson", "jacob", "jacqueline", "jake", "james", "jamie", "jan", "jane", "janet", "janice",
    "jason", "jean", "jeff", "jeffrey", "jennifer", "jeremy", "jerry", "jesse", "jessica", "jill",
    "jim", "joan", "joanna", "joe", "joel", "johan", "johanna", "john", "johnny", "jon", "jonathan",
    "jordan", "jorge", "jose", "josef", "joseph", "joshua", "josé", "joyce", "joão", "juan",
    "judith", "judy", "julia", "julian", "julie", "justin", "jürgen", "karen", "karl", "katherine",
    "kathleen", "kathryn", "katie", "kayla", "keith", "kelly", "kenneth", "kevin", "kim",
    "kimberly", "klaus", "kristen", "kyle", "larry", "laura", "lauren", "lawrence", "lea", "leah",
    "leo", "leon", "leonard", "leslie", "liam", "lily", "linda", "lisa", "logan", "lori", "louis",
    "louise", "lucas", "lucia", "lucy", "luis", "luisa", "lukas", "luke", "lydia", "madison",
    "manuel", "marc", "marco", "marcus", "margaret", "maria", "marie", "mario", "marion", "mark",
    "markus", "marta", "martha", "martin", "martina", "mary", "mason", "mateo", "matthew", "max",
    "maxim", "maya", "megan", "mehmet", "melanie", "melissa", "mia", "michael", "michaela",
    "michel", "michelle", "miguel", "mike", "mila", "mohamed", "mohammed", "monica", "monika",
    "muhammad", "nancy", "naomi", "natalia", "natalie", "natasha", "nathan", "nicholas", "nicola",
    "nicolas", "nicole", "nina", "noah", "nora", "norbert", "norma", "olga", "oliver", "olivia",
    "omar", "oscar", "otto", "owen", "pablo", "pamela", "patricia", "patrick", "paul", "paula",
    "pedro", "peggy", "peter", "petra", "philip", "phillip", "pierre", "priya", "rachel", "rafael",
    "ralf", "ralph", "raymond", "rebecca", "renate", "ricardo", "richard", "rita", "robert",
    "roberto", "robin", "roger", "roland", "ronald", "rosa", "rose", "roy", "russell", "ruth",
    "ryan", "sabine", "sally", "sam", "samantha", "samuel", "sandra", "sara", "sarah", "scott",
    "sean", "sebastian", "sergei", "sergio", "shannon", "sharon", "shirley", "simon", "sofia",
    "sonia", "sophia", "sophie", "stefan", "stephanie", "stephen", "steve", "steven", "susan",
    "susanne", "sven", "svetlana", "tamara", "tanya", "tara", "tatiana", "ted", "teresa", "terry",
    "theodore", "theresa", "thomas", "tiffany", "tim", "timothy", "tina", "todd", "tom", "tomas",
    "tony", "tracy", "tyler", "ursula", "uwe", "valentina", "valerie", "vanessa", "vera",
    "veronica", "victor", "victoria", "viktor", "vincent", "virginia", "vladimir", "walter",
    "wayne", "wei", "wendy", "werner", "william", "willie", "wolfgang", "xavier", "yan", "yasmin",
    "yolanda", "yusuf", "yvonne", "zachary", "zoe",
];

pub(super) fn is_given_name(word: &str) -> bool {
    // `Anne-Marie`
    let first = word.split('-').next().unwrap_or(word).to_lowercase();
    GIVEN_NAMES.binary_search(&first.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(GIVEN_NAMES.is_sorted_by(|one, other| one < other));
        assert!(is_given_name("ANN") && is_given_name("Anne-Marie") && is_given_name("José"));
        assert!(!is_given_name("Lexington") && !is_given_name(""));
    }
}
