/**
 * The operators' page as people use it: a real Chromium against {@code offsite serve}. What is seen on the page is asserted, and then what
 * the ledger and the destination say. What needs no browser belongs to the module {@code dashboard}.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.page;
