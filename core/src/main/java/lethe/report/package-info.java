/**
 * Results drawn for people: one HTML file that needs nothing else, tables for terminals and documents, and JSON and CSV
 * of every number. Read {@link lethe.report.Report} first, then {@link lethe.report.Page}, which decides what is said
 * and in which order; the templates only lay it out. Numbers are read from {@link lethe.experiments.Results} and never
 * estimated here.
 */
@NullMarked
package lethe.report;

import org.jspecify.annotations.NullMarked;
