/**
 * Whether Heratio's rows are judged rightly, without a server.
 * What needs Heratio's own kind of database belongs to {@code heratio}.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.adopt;
