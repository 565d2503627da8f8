/**
 * The ledger in a database, over vertx-jdbc-client: transactions with their retries, the schema, leases, and the SQL of each table.
 * What differs between H2, MariaDB and PostgreSQL stands in {@code Dialect} alone; no stage, broker or destination may come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.ledger.jdbc;
