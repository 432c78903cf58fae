/**
 * Algorithms found by name and built from written settings. Read {@link lethe.catalog.Catalog} first, then
 * {@link lethe.catalog.Settings}: it lays the settings of a plan over a record's defaults and reports mistakes in the
 * reader's words. Nothing here knows what is catalogued; methods, attacks, models and data sets live in their own
 * packages.
 */
@NullMarked
package lethe.catalog;

import org.jspecify.annotations.NullMarked;
