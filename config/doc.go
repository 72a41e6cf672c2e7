// Package config reads what an operator decides: the settings of the
// environment, and the configuration folder with the line and its script.
// It checks all of it before anything starts, and its errors name the setting
// or the place in the file and what is expected, never the value.
//
// It hands over plain values and knows none of the other packages.
package config
