"""Measuring the hall's understanding: test sets, noise, baselines and figures, without any printing."""
