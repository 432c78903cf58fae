package lethe.catalog;

/** A catalogue of two made-up methods, for the tests of this package. */
public interface Forgetter {}
