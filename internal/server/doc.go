// Package server wires the rooms of the house, runs the due loop, serves
// metrics and health, and starts and stops the whole in order.
package server
