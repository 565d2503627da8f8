/** What a person sees of a run. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.report;
