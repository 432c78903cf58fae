package lethe.catalog;

/** An algorithm that says where it comes from, for tables and reports. */
public interface Sourced {
    /** The publication, on one line: authors, year, title or venue. */
    String source();

    /** What it costs, in a few words; empty if that is not known beforehand. */
    default String cost() {
        return "";
    }

    /** What it needs beyond a model and its data, in a few words; empty if nothing. */
    default String needs() {
        return "";
    }
}
