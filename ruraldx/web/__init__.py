"""What every page shares: headers, errors, language, filters, navigation, assets, logs."""
