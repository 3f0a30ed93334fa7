//! Tables of the decisions about whom the provider sends. Clause N4.7.

use super::*;

fn at(minute: i64) -> Instant {
    Instant::from_timestamp(1_700_000_000 + minute * 60, 0).unwrap()
}

#[test]
fn what_is_looked_for_is_what_the_claim_says() {
    let check = |claim,
                 login_name: Option<&str>,
                 email: Option<&str>,
                 email_verified,
                 want: Result<&str, Refused>| {
        let vouched = Vouched {
            subject: "s".into(),
            login_name: login_name.map(str::to_owned),
            email: email.map(str::to_owned),
            email_verified,
            several_factors: false,
        };
        assert_eq!(wanted(claim, &vouched), want.map(str::to_owned), "{vouched:?}");
    };
    use Claim::*;
    check(LoginName, Some(" wang "), None, false, Ok("wang"));
    check(LoginName, None, Some("w@x.example"), true, Err(Refused::Untold(LoginName)));
    check(LoginName, Some(" "), None, false, Err(Refused::Untold(LoginName)));
    check(Email, Some("wang"), None, false, Err(Refused::Untold(Email)));
    check(Email, None, Some("w@x.example"), true, Ok("w@x.example"));
    check(Email, None, Some("w@x.example"), false, Err(Refused::Unverified("w@x.example".into())));
}

#[test]
fn a_subject_becomes_the_one_person_who_is_nobodys_yet() {
    let check = |candidates: &[(i64, bool)], want| {
        let candidates: Vec<Candidate> =
            candidates.iter().map(|(id, bound)| Candidate { person: PersonId(*id), bound: *bound }).collect();
        assert_eq!(bind(Claim::Email, "w", &candidates), want, "{candidates:?}");
    };
    check(&[(7, false)], Ok(PersonId(7)));
    check(&[], Err(Refused::Unknown(Claim::Email, "w".into())));
    check(&[(7, true)], Err(Refused::Taken("w".into())));
    check(&[(7, false), (8, false)], Err(Refused::Several("w".into())));
    check(&[(7, true), (8, false)], Err(Refused::Several("w".into())));
}

#[test]
fn locked_and_disabled_stay_out_and_one_factor_asks_for_the_phone() {
    let check = |disabled, locked: Option<i64>, has_second_factor, several, want| {
        let person = Standing {
            disabled,
            failures: 0,
            locked_until: locked.map(at),
            has_second_factor,
            only_provider: true,
        };
        assert_eq!(admit(&person, several, at(10)), want, "{person:?} {several}");
    };
    check(false, None, false, false, Ok(Entry::In(Way::Provider)));
    check(false, None, true, false, Ok(Entry::Code));
    check(false, None, true, true, Ok(Entry::In(Way::ProviderStrong)));
    check(false, None, false, true, Ok(Entry::In(Way::ProviderStrong)));
    check(false, Some(9), false, false, Ok(Entry::In(Way::Provider)));
    check(false, Some(11), false, true, Err(Refused::Locked(at(11))));
    check(true, Some(11), true, true, Err(Refused::Disabled));
}

#[test]
fn two_kinds_of_proof_are_several_factors_and_twice_the_same_is_not() {
    for (amr, acr, want) in [
        (&["pwd"][..], None, false),
        (&["pwd", "pin"], None, false),
        (&["otp", "sms"], None, false),
        (&["pwd", "otp"], None, true),
        (&["pin", "hwk"], None, true),
        (&["fpt", "hwk"], None, true),
        (&["mfa"], None, true),
        (&["user", "geo"], None, false),
        (&[], Some("1"), false),
        (&[], Some("https://refeds.org/profile/mfa"), true),
        (&[], None, false),
    ] {
        assert_eq!(several_factors(amr.iter().copied(), acr), want, "{amr:?} {acr:?}");
    }
}

#[test]
fn a_token_is_fresh_within_its_minutes() {
    for (issued, want) in [(10, true), (12, true), (13, false), (0, true), (-2, true), (-3, false)] {
        assert_eq!(is_fresh(at(issued), at(10)), want, "{issued}");
    }
}

#[test]
fn parties_and_issuers_that_are_named_must_be_the_right_ones() {
    assert!(
        is_ours(None, "xunwang") && is_ours(Some("xunwang"), "xunwang") && !is_ours(Some("other"), "xunwang")
    );
    assert!(is_from(None, "a", false) && is_from(Some("a"), "a", true));
    assert!(!is_from(None, "a", true) && !is_from(Some("b"), "a", false));
}

#[test]
fn administrators_keep_a_password() {
    use Role::*;
    assert!(may_have_no_password(&[Supervisor, DutyReader]) && may_have_no_password(&[]));
    for role in [SystemAdministrator, SecurityAdministrator, AuditAdministrator] {
        assert!(!may_have_no_password(&[role]), "{role:?}");
    }
}

#[test]
fn names_from_elsewhere_are_bounded_and_on_one_line() {
    assert_eq!(shown("a\r\nb"), "a  b");
    assert_eq!(shown(&"长".repeat(200)).chars().count(), 100);
    assert_eq!(bounded("/sites"), "/sites");
    assert_eq!(bounded(&format!("/{}", "x".repeat(2_000))), "/");
    for claim in [Claim::LoginName, Claim::Email] {
        assert_eq!(Claim::of(claim.word()), Some(claim));
    }
    assert_eq!(Claim::of("sub"), None);
}
