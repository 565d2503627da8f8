/**
 * The one shell around all stages: consume, decode, handle, record, publish, ack, and what happens when something fails.
 * Nothing of a particular stage may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.stage;
