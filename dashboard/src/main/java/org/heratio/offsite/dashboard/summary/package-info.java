/**
 * What the page shows first: one snapshot for each process, made on workers, and sent to all browsers. Nothing here answers a search.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.summary;
