/**
 * The composition root: one process of the pipeline, which stages it runs, and how a request is followed to its end.
 * What a stage does must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.run;
