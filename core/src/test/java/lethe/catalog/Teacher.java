package lethe.catalog;

import com.google.auto.service.AutoService;

/** A made-up method without settings. */
@Named("scrub")
@AutoService(Forgetter.class)
public record Teacher() implements Forgetter {}
