//! Ids of this half's rows. Clauses N2.1, N5.3.

ledger::id!(
    /// A plan of inspections.
    PlanId
);
ledger::id!(
    /// One inspection of one site.
    RunId
);
ledger::id!(
    /// A finding.
    FindingId
);
ledger::id!(
    /// A rectification ticket.
    TicketId
);
