"""The features as a site for readers, with the last verdict beside each scenario."""
