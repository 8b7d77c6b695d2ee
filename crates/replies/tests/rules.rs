//! Rules: reading a document of them, which fire, and the key of a firing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may stop at the first surprise

use inboxlink_message::Message;
use inboxlink_model::{Class, Direction, Identity, RuleId, Verdict, WorkspaceId};
use inboxlink_replies::{
    Circumstances, MailFacts, Outcome, Rule, RuleSet, dry_run, firing_key,
    followup::{FollowUpTemplate, TemplateError},
    matching, when,
};

fn rules() -> Vec<Rule> {
    let mut off = Rule::new(3, "off", &when::body("price")).unwrap();
    off.enabled = false;
    let sent = when::body("price").and(when::direction(Direction::Outbound));
    vec![
        Rule::new(1, "price", &when::body("price")).unwrap(),
        Rule::new(2, "demo", &when::body("demo")).unwrap(),
        off,
        Rule::new(4, "sent", &sent).unwrap(),
        Rule::new(5, "any", &when::mentions(["price", "demo"])).unwrap(),
    ]
}

fn fired(direction: Direction) -> Vec<RuleId> {
    let verdict = Verdict {
        class: Class::Human,
        human: true,
        evidence: vec![],
    };
    let facts = MailFacts {
        message: &Message::default(),
        verdict: &verdict,
        attribution: None,
        direction,
        new_text: "What is the price?",
        around: Circumstances::default(),
    };
    let matches = matching(&rules(), &facts);
    assert!(matches.iter().all(|hit| !hit.evidence.is_empty()));
    matches.iter().map(|hit| hit.rule).collect()
}

#[test]
fn enabled_rules_fire_in_order_and_our_own_mail_only_those_that_ask_for_it() {
    assert_eq!(fired(Direction::Inbound), [1, 5].map(RuleId::from));
    assert_eq!(fired(Direction::Outbound), [4].map(RuleId::from));
}

#[test]
fn a_dry_run_says_why_and_why_not() {
    let verdict = Verdict {
        class: Class::Human,
        human: true,
        evidence: vec![],
    };
    let ask = |direction| {
        let facts = MailFacts {
            message: &Message::default(),
            verdict: &verdict,
            attribution: None,
            direction,
            new_text: "What is the price?",
            around: Circumstances::default(),
        };
        let fired: Vec<_> = matching(&rules(), &facts)
            .iter()
            .map(|hit| hit.rule)
            .collect();
        let runs = dry_run(&rules(), &facts);
        let fires = runs.iter().filter(|run| run.outcome == Outcome::Fires);
        assert_eq!(fires.map(|run| run.rule).collect::<Vec<_>>(), fired);
        runs
    };
    let outcomes = |direction| {
        ask(direction)
            .iter()
            .map(|run| run.outcome)
            .collect::<Vec<_>>()
    };
    use Outcome::{DoesNotHold, Fires, OurOwnMail, SwitchedOff};
    assert_eq!(
        outcomes(Direction::Inbound),
        [Fires, DoesNotHold, SwitchedOff, DoesNotHold, Fires]
    );
    assert_eq!(
        outcomes(Direction::Outbound),
        [OurOwnMail, DoesNotHold, SwitchedOff, Fires, OurOwnMail]
    );
    let not_held = &ask(Direction::Inbound)[3];
    let why: Vec<_> = not_held
        .evaluation
        .trace
        .iter()
        .map(|node| (node.asks.as_str(), node.matched, node.saw.as_str()))
        .collect();
    assert_eq!(
        why,
        [
            ("AND", false, ""),
            ("body", true, "price"),
            ("direction", false, "inbound")
        ]
    );
}

#[test]
fn documents_are_read_as_they_are_written() {
    let mut set = RuleSet { rules: rules() };
    let template = |text: &str| FollowUpTemplate {
        subject: Some("Your question".to_owned()),
        text: text.to_owned(),
        ..FollowUpTemplate::default()
    };
    let rule = set.rules.remove(0);
    assert_eq!(
        rule.clone().with_follow_up(template(" ")),
        Err(TemplateError::Empty)
    );
    let rule = rule.with_follow_up(template("Hi {{first_name}}")).unwrap();
    set.rules.push(rule);
    let text = serde_json::to_string(&set).unwrap();
    assert_eq!(RuleSet::parse(&text).unwrap(), set);
    assert_eq!(serde_json::from_str::<RuleSet>(&text).unwrap(), set);
    for rule in set.rules {
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
    }
}

#[test]
fn errors_name_the_rule_and_the_node() {
    for (text, expected) in [
        (
            "[]",
            "at the top: `rules` must be an object with a list of `rules`",
        ),
        ("{}", "at the top: `rules` is missing"),
        (r#"{"version":"1","rules":[]}"#, "at the top: version "),
        (r#"{"rules":[{}]}"#, "at /rules/0: `id` is missing"),
        (
            r#"{"rules":[{"id":1}]}"#,
            "at /rules/0: `condition` is missing",
        ),
        (
            r#"{"rules":[{"id":-1}]}"#,
            "at /rules/0: `id` must be a whole number",
        ),
        (
            r#"{"rules":[{"id":1,"when":{}}]}"#,
            "at /rules/0: unknown field `when`",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"reply":true}},{"id":1,"condition":{"reply":true}}]}"#,
            "at /rules/1: the id ",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"operator":"NOT","conditions":[{"colour":"red"}]}}]}"#,
            "at /rules/0/condition/conditions/0: unknown field `colour`",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"operator":"NOT","conditions":[{"body":""}]}}]}"#,
            "at /rules/0/condition/conditions/0: `body` is empty",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"reply":true},"follow_up":{"text":"{{nam}}"}}]}"#,
            "at /rules/0/follow_up: there is no placeholder {{nam}}",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"reply":true},"follow_up":{"body":"x"}}]}"#,
            "at /rules/0/follow_up: unknown field `body`; known are subject, text",
        ),
        (
            r#"{"rules":[{"id":1,"condition":{"reply":true},"follow_up":{"subject":"x"}}]}"#,
            "at /rules/0/follow_up: the follow-up has no text",
        ),
    ] {
        let error = RuleSet::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn a_firing_is_one_per_workspace_rule_and_reply() {
    let key = |w: u64, r: u64, m: u64| {
        let (w, r) = (WorkspaceId::from(w), RuleId::from(r));
        firing_key(w, r, Identity::from(m))
    };
    assert_eq!(key(1, 2, 3), key(1, 2, 3));
    let all = [
        key(1, 2, 3),
        key(2, 2, 3),
        key(1, 3, 3),
        key(1, 2, 4),
        key(2, 1, 3),
        key(3, 2, 1),
    ];
    let different: std::collections::BTreeSet<_> = all.into_iter().collect();
    assert_eq!(different.len(), all.len());
}
