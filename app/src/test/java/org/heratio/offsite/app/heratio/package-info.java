/**
 * The command beside a Heratio installation: on its database, with its tables, rows and settings.
 * What has nothing to do with Heratio's own database belongs elsewhere.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.heratio;
