use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn rows<'a>(rows: &[(&'a str, &'a str)]) -> Vec<PersonRow<'a>> {
    let row = |(name, email): &(&'a str, &'a str)| PersonRow {
        name,
        email,
        count: 1,
    };
    rows.iter().map(row).collect()
}

/// Strangers enough that chance has something to say.
fn among_strangers<'a>(
    of_interest: &[(&'a str, &'a str)],
    strangers: &'a [(String, String)],
) -> Vec<PersonRow<'a>> {
    let mut all = rows(of_interest);
    all.extend(strangers.iter().map(|(name, email)| PersonRow {
        name,
        email,
        count: 1,
    }));
    all
}

/// Two letters in another place each time make names that nobody else bears.
fn strangers(count: usize) -> Vec<(String, String)> {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let word = |n: usize, tail: &str| {
        format!("{}{}{}{tail}", letter(n / 26), letter(n), letter(n * 7 / 5))
    };
    (0..count)
        .map(|n| {
            (
                format!("{} {}", word(n * 31, "elko"), word(n * 17, "owitz")),
                format!("{}{n}@s{n}.example.net", word(n * 13, "q")),
            )
        })
        .collect()
}

fn suggested(of_interest: &[(&str, &str)]) -> Vec<u32> {
    let strangers = strangers(300);
    let mut persons = cluster(&among_strangers(of_interest, &strangers), Tier::Suggest);
    persons.truncate(of_interest.len());
    persons
}

#[test]
fn addresses_merge_and_names_are_proposed() {
    let people = [
        ("Ann Zwolinski", "ann.zwolinski@gmail.com"),
        ("", "AnnZwolinski+news@googlemail.com"),
        ("Zwolinski, Ann", "ann@example.com"),
        ("Ann", "ann@example.org"),
    ];
    assert_eq!(cluster(&rows(&people), Tier::Auto), [0, 0, 1, 2]);
    assert_eq!(suggested(&people), [0, 0, 0, 1]);
}

#[test]
fn what_is_one_person() {
    for (a, b) in [
        (
            ("Bob Zwolinski", "bob@example.com"),
            ("Robert Zwolinski", "rz@example.org"),
        ),
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("", "azwolinski@example.org"),
        ),
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("zwolinski", "zwolinski@example.org"),
        ),
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("", "hi@annzwolinski.net"),
        ),
        (
            ("quixotry", "quixotry@example.com"),
            ("Ann Zwolinski", "quixotry@example.org"),
        ),
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("Ann Zwolinsky", "az@example.org"),
        ),
        (
            ("Ann M. Zwolinski", "ann@example.com"),
            ("Ann Zwolinski", "az@example.org"),
        ),
        (
            ("Anne-Marie Zwolinski", "ann@example.com"),
            ("ZWOLINSKI Anne Marie", "az@example.org"),
        ),
        (("刘星雨", "a@example.com"), ("", "liuxingyu@example.org")),
        (
            ("JÃ¼rgen Zwolinski", "a@example.com"),
            ("Jürgen Zwolinski", "b@example.org"),
        ),
        (
            ("", "12+quixotry@users.noreply.github.com"),
            ("", "quixotry@users.noreply.github.com"),
        ),
    ] {
        assert_eq!(suggested(&[a, b]), [0, 0], "{a:?} {b:?}");
    }
}

#[test]
fn what_is_not() {
    for (a, b) in [
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("Eve Zwolinski", "eve@example.org"),
        ),
        (
            ("Ann Zwolinski", "ann@example.com"),
            ("E. Zwolinski", "ez@example.org"),
        ),
        (
            ("Ann A. Smith", "ann@example.com"),
            ("Ann B. Smith", "ab@example.org"),
        ),
        (
            ("Ann Zwolinski", "azw@example.com"),
            ("Ann Quixote", "anq@example.org"),
        ),
        (("Ann", "ann@example.com"), ("Ann", "ann@example.org")),
        (("", "info@example.com"), ("", "info@example.org")),
        (
            ("Firstname Lastname", "a@example.com"),
            ("Firstname Lastname", "b@example.org"),
        ),
        (
            ("", "1+ann@users.noreply.github.com"),
            ("Ann Quixote", "annq@example.org"),
        ),
    ] {
        assert_eq!(suggested(&[a, b]), [0, 1], "{a:?} {b:?}");
    }
}

#[test]
fn shared_addresses_never_bridge() {
    let people = [
        ("Ann Zwolinski (via Desk)", "desk@example.com"),
        ("Bob Quixote (via Desk)", "desk@example.com"),
        ("Cy Dowinger (via Desk)", "desk@example.com"),
        ("", "desk@example.com"),
        ("Ann Zwolinski", "desk@example.com"),
        ("Bob Quixote", "bob@example.com"),
        ("Cy Dowinger", "unknown"),
        ("", "unknown"),
    ];
    assert_eq!(
        cluster(&rows(&people), Tier::Auto),
        [0, 1, 2, 3, 0, 4, 5, 6]
    );
    assert_eq!(suggested(&people), [0, 1, 2, 3, 0, 1, 2, 4]);
}

#[test]
fn a_forged_name_changes_nothing() {
    let mut people = rows(&[
        ("Ann Zwolinski", "ann@example.com"),
        ("Ann Zwolinski", "bob@example.org"),
        ("Bob Quixote", "bob@example.org"),
    ]);
    people[2].count = 50;
    let strangers = strangers(300);
    people.extend(strangers.iter().map(|(name, email)| PersonRow {
        name,
        email,
        count: 1,
    }));
    // Seen once beside fifty mails under another name, it is nobody's evidence.
    assert_eq!(cluster(&people, Tier::Suggest)[..3], [0, 1, 1]);
    // Seen alone it may be proposed; by itself it never merges.
    assert_eq!(cluster(&people[..2], Tier::Auto), [0, 1]);
}

#[test]
fn a_poisoned_block_hides_nobody() {
    // Somebody writes under Ann's name from a hundred addresses of his.
    let forged: Vec<(String, String)> = (0..100)
        .map(|n| ("Ann Zwolinski".to_owned(), format!("x{n}@evil.example")))
        .collect();
    let people = [
        ("Ann Zwolinski", "zwolinski.ann@example.com"),
        ("Zwolinski, Ann", "azwolinski@example.com"),
    ];
    let persons = cluster(&among_strangers(&people, &forged), Tier::Suggest);
    assert_eq!(persons[0], persons[1]);
}

#[test]
fn frequent_names_are_not_proposed() {
    let emails: Vec<(String, String)> = (0..400)
        .map(|n| {
            (
                format!("Ann {}", if n % 2 == 0 { "Lee" } else { "Smith" }),
                format!("{n}@d{n}.example"),
            )
        })
        .collect();
    let people = among_strangers(
        &[
            ("Cleo Ungerer", "c@example.com"),
            ("Cleo Ungerer", "d@example.org"),
        ],
        &emails,
    );
    let persons = cluster(&people, Tier::Suggest);
    assert_eq!(persons[0], persons[1]);
    assert_eq!(persons.iter().max(), Some(&400));
}

#[test]
fn a_sum_can_be_explained() {
    let strangers = strangers(300);
    let people = among_strangers(
        &[
            ("Ann Zwolinski", "ann@example.com"),
            ("Zwolinski, Ann", "az@example.org"),
        ],
        &strangers,
    );
    let people = People::new(&people);
    let explanation = people.explain(0, 1).unwrap();
    assert!(explanation.weight >= explanation.enough);
    let sum: i32 = explanation.reasons.iter().map(|reason| reason.weight).sum();
    assert_eq!(sum, explanation.weight);
    let name = explanation
        .reasons
        .iter()
        .find(|reason| reason.rule == Rule::Name)
        .unwrap();
    assert_eq!(
        (&*name.left, &*name.right),
        ("ann zwolinski", "ann zwolinski")
    );
    assert_eq!(people.explain(0, 1000), None);
}

/// Which rows are together, whatever the numbers.
fn pairs(rows: &[PersonRow<'_>], persons: &[u32]) -> BTreeMap<String, usize> {
    let mut together = BTreeMap::new();
    for (i, a) in rows.iter().enumerate() {
        for (j, b) in rows.iter().enumerate() {
            if persons[i] == persons[j] {
                *together.entry(format!("{a:?}{b:?}")).or_default() += 1;
            }
        }
    }
    together
}

fn directory() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = "((ann|bob|zoltan|quentin) )?((zwolinski|quixote|smith)( \\(via Desk\\))?)?";
    let email = "(ann|bob|zoltan|zwolinski|azwolinski|desk)[.+]?(zwolinski|quixote|7)?@(gmail\\.com|googlemail\\.com|example\\.com|zwolinski\\.net|localhost)";
    prop::collection::vec((name, email), 0..25)
}

fn as_rows(people: &[(String, String)]) -> Vec<PersonRow<'_>> {
    among_strangers(&[], people)
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(
        (people, shuffled) in directory().prop_flat_map(|people| (Just(people.clone()), Just(people).prop_shuffle())),
    ) {
        let (people, shuffled) = (as_rows(&people), as_rows(&shuffled));
        for tier in [Tier::Auto, Tier::Suggest] {
            prop_assert_eq!(pairs(&people, &cluster(&people, tier)), pairs(&shuffled, &cluster(&shuffled, tier)));
        }
    }

    #[test]
    fn what_merges_by_itself_is_also_proposed(people in directory()) {
        let people = as_rows(&people);
        let (auto, suggest) = (cluster(&people, Tier::Auto), cluster(&people, Tier::Suggest));
        let merged: BTreeMap<u32, u32> = auto.iter().copied().zip(suggest.iter().copied()).collect();
        prop_assert!(auto.iter().zip(&suggest).all(|(a, s)| merged[a] == *s));
    }

    #[test]
    fn nothing_panics(people in prop::collection::vec(("\\PC{0,40}", "\\PC{0,40}"), 0..20)) {
        prop_assert_eq!(cluster(&as_rows(&people), Tier::Suggest).len(), people.len());
    }
}
