package org.heratio.offsite.ledger.jdbc;

/**
 * Something about a database that keeps the ledger from working in it.
 *
 * @param hint what to do about it
 */
public record Fault(String text, String hint) {}
