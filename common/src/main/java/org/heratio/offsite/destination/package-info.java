/**
 * The port to the places off-site, and what drivers share; each driver is a package below.
 * A driver knows neither ledger nor broker nor stage, and no other driver.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.destination;
